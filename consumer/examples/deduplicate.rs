//! A Lambda function that skips the copies of records that the same execution environment has processed.
//!
//! ```sh
//! cargo lambda build --release --arm64 -p kinetrace-consumer --example deduplicate
//! ```

use kinetrace_consumer::deduplicate::{Deduplicate, Recent};
use kinetrace_consumer::{Error, Failure, Record, run};

#[tokio::main]
async fn main() -> Result<(), Error> {
    run(Deduplicate::new(handle, Recent::default())).await
}

async fn handle(record: Record) -> Result<(), Failure> {
    let flight: serde_json::Value = record.json()?;
    println!("{} departed", flight["tailnum"]);
    Ok(())
}
