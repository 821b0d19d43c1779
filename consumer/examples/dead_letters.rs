//! A Lambda function that skips records which no attempt can process, and keeps them first.
//!
//! ```sh
//! cargo lambda build --release --arm64 -p kinetrace-consumer --example dead_letters
//! ```

use kinetrace_consumer::JsonError;
use kinetrace_consumer::dead_letters::{DeadLetter, DeadLetters};
use kinetrace_consumer::{Error, Failure, Json};

#[tokio::main]
async fn main() -> Result<(), Error> {
    kinetrace_consumer::run(DeadLetters::new(handle, keep)).await
}

#[derive(serde::Deserialize)]
struct Flight {
    tailnum: String,
}

/// A payload that does not fit today will not fit tomorrow; whatever else fails may succeed the next time.
async fn handle(flight: Result<Json<Flight>, JsonError>) -> Result<(), Failure> {
    let Json(flight) = flight.map_err(Failure::skip)?;
    println!("{} departed", flight.tailnum);
    Ok(())
}

/// The record is skipped once this is done without an error. A real one awaits a queue, a bucket or a table.
async fn keep(letter: DeadLetter) -> Result<(), std::io::Error> {
    let DeadLetter { record, failure, .. } = letter;
    let name = format!("{}-{}", record.shard_id, record.sequence_number);
    eprintln!("keeping {name}: {failure}");
    std::fs::write(std::env::temp_dir().join(name), &record.payload)
}
