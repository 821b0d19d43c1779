//! What the records share: a client, a pool, a count. It lives as long as the execution environment.
//!
//! ```sh
//! cargo lambda build --release --arm64 -p kinetrace-consumer --example state
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kinetrace_consumer::{Error, Failure, IntoHandler as _, Record, State};

#[derive(Default)]
struct Departures(AtomicU64);

#[tokio::main]
async fn main() -> Result<(), Error> {
    kinetrace_consumer::run(handle.with_state(Arc::new(Departures::default()))).await
}

async fn handle(State(departures): State<Arc<Departures>>, record: Record) -> Result<(), Failure> {
    let count = departures.0.fetch_add(1, Ordering::Relaxed) + 1;
    println!("departure {count}: {:?}", record.partition_key);
    Ok(())
}
