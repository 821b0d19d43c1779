//! A payload of a type: one that does not fit fails its record.
//!
//! ```sh
//! cargo lambda build --release --arm64 -p kinetrace-consumer --example json
//! ```

use kinetrace_consumer::{Error, Failure, Json};
use serde::Deserialize;

#[derive(Deserialize)]
struct Flight {
    tailnum: String,
    dest: String,
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    kinetrace_consumer::run(handle).await
}

async fn handle(Json(flight): Json<Flight>) -> Result<(), Failure> {
    println!("{} to {}", flight.tailnum, flight.dest);
    Ok(())
}
