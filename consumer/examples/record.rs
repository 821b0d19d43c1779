//! A record as it is: its bytes, and where it came from.
//!
//! ```sh
//! cargo lambda build --release --arm64 -p kinetrace-consumer --example record
//! ```

use kinetrace_consumer::{Error, Failure, Record};

#[tokio::main]
async fn main() -> Result<(), Error> {
    kinetrace_consumer::run(handle).await
}

async fn handle(record: Record) -> Result<(), Failure> {
    println!("{} bytes of {:?}, {}", record.payload.len(), record.partition_key, record.sequence_number);
    Ok(())
}
