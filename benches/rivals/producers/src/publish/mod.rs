//! The producers in Rust, each in a process like all others. How it talks to the driver is said in `python/program.py`.

mod ordered;

use std::fs;
use std::io::{self, BufRead as _, Write as _};

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::{BehaviorVersion, Config, Credentials, Region};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};

use crate::emulator::WARM_UP_STREAM;
use crate::failure::Failure;
use crate::load::{Load, WARM_UP};
use crate::producer::Producer;
use crate::publishing;

/// The first argument of such a process; after it the producer's name, the endpoint, the stream, and how many keys and records.
pub(crate) const ROLE: &str = "--publish";

pub(crate) async fn run(
    publisher: &str,
    endpoint: &str,
    stream: &str,
    keys: &str,
    records: &str,
) -> Result<(), Failure> {
    let producer: Producer = publisher.parse()?;
    let load = Load { keys: keys.parse()?, records: records.parse()? };
    let client = client(endpoint)?;
    publish(producer, &client, WARM_UP_STREAM, Load { records: WARM_UP, ..load }).await?;
    writeln!(io::stdout(), "ready")?;
    io::stdin().lock().read_line(&mut String::new())?;
    publish(producer, &client, stream, load).await?;
    writeln!(io::stdout(), "done")?;
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

/// In a task of its own: the thread that waits for it has no part in the work.
async fn publish(producer: Producer, client: &Client, stream: &str, load: Load) -> Result<(), Failure> {
    let (client, stream) = (client.clone(), stream.to_owned());
    tokio::spawn(async move {
        match producer {
            Producer::Ordered { aggregated, traced } => {
                publishing::publish(ordered::publisher(client, stream, aggregated, traced), load.records()).await
            }
            _ => publishing::put_records(&client, &stream, load.records()).await,
        }
    })
    .await?
}

fn client(endpoint: &str) -> Result<Client, Failure> {
    let authority = fs::read(std::env::var("AWS_CA_BUNDLE")?)?;
    let roots = TrustStore::empty().with_pem_certificate(authority);
    let context = TlsContext::builder().with_trust_store(roots).build()?;
    let http = Builder::new().tls_provider(Provider::rustls(CryptoMode::Ring)).tls_context(context);
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("testbed", "testbed", None, None, "testbed"))
        .region(Region::new("us-east-1"))
        .http_client(http.build_https());
    Ok(Client::from_conf(config.build()))
}
