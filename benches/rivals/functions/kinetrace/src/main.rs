//! `kinetrace-consumer`: what the variables say decides what it does, so this is one program for several rows.

use kinetrace_consumer::{Error, Failure, Record};

#[tokio::main]
async fn main() -> Result<(), Error> {
    kinetrace_consumer::run(handle).await
}

async fn handle(record: Record) -> Result<(), Failure> {
    std::hint::black_box(&record);
    Ok(())
}
