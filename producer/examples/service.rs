//! A service that publishes lines, `<key> <payload>`, from standard input to the stream that its argument names, through
//! outages of any length:
//!
//! ```sh
//! cargo run -p kinetrace-producer --example service -- flights < lines.txt
//! ```

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, BufRead as _};
use std::time::Duration;

use aws_sdk_kinesis::Client;
use aws_smithy_http_client::tls;
use futures_util::future::join_all;
use kinetrace_producer::{DeliveryError, Publisher, Record, SendError};

/// How many records of a key are in flight at once.
const WINDOW: usize = 100;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let stream = std::env::args().nth(1).ok_or("the name of a stream, please")?;
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring))
        .build_https();
    let defaults = aws_config::defaults(aws_config::BehaviorVersion::latest()).http_client(http);
    let publisher = Publisher::builder(Client::new(&defaults.load().await), stream).aggregation(true).build();

    let mut keys: BTreeMap<String, Vec<Record>> = BTreeMap::new();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (key, payload) = line.split_once(' ').ok_or("a line is `<key> <payload>`")?;
        keys.entry(key.to_owned()).or_default().push(Record::new(key, payload));
    }
    let published = join_all(keys.into_values().map(|records| publish(&publisher, records))).await;
    publisher.close().await;
    for poison in published.into_iter().collect::<Result<Vec<_>, _>>()?.concat() {
        eprintln!("will never be taken: {poison}");
    }
    Ok(())
}

/// Publishes the records of one key in their order. Nobody else hands in records of it meanwhile. Returns what is wrong
/// with those that Kinesis will never take.
async fn publish(publisher: &Publisher, mut records: Vec<Record>) -> Result<Vec<String>, Box<SendError>> {
    let mut poison = Vec::new();
    while !records.is_empty() {
        let later = records.split_off(WINDOW.min(records.len()));
        let mut handed_in = Vec::new();
        for record in records.drain(..) {
            handed_in.push(publisher.enqueue(record).await);
        }
        // What comes back goes again before anything later. After the last of these, the key is not halted any more.
        for delivery in handed_in {
            let settled = match delivery {
                Ok(delivery) => delivery.await,
                Err(refused) => Err(refused),
            };
            if let Err(error) = settled {
                records.extend(again(error, &mut poison)?);
            }
        }
        if !records.is_empty() {
            // Something is wrong: Kinesis, or the other keys. There is no hurry.
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        records.extend(later);
    }
    Ok(poison)
}

/// The record, if it is to be handed in again.
fn again(error: Box<SendError>, poison: &mut Vec<String>) -> Result<Option<Record>, Box<SendError>> {
    match error.reason {
        _ if error.permanent => {
            poison.push(error.to_string());
            Ok(None)
        }
        // Its own time was up, that of a record before it, or of too many others.
        DeliveryError::Put { .. } | DeliveryError::Halted(_) | DeliveryError::TooManyHalted(_) => Ok(error.record),
        // No time would help.
        _ => Err(error),
    }
}
