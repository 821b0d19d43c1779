//! A Lambda function that writes the records of a shard at once: see `docs/guides/bulk-writes.md`.
//!
//! ```sh
//! cargo lambda build --release --arm64 -p kinetrace-consumer --example bulk_writes
//! ```

use kinetrace_consumer::{Batch, BatchFailure, ByBatch, Error, Failure};

#[derive(serde::Deserialize)]
struct Flight {
    tailnum: String,
}

/// Stands for `BatchWriteItem`, `COPY` or a bulk index. Returns how many rows were written, from the first on.
async fn write(rows: &[Flight]) -> Result<usize, std::io::Error> {
    rows.iter().for_each(|row| println!("{} departed", row.tailnum));
    Ok(rows.len())
}

async fn store(batch: Batch) -> Result<(), BatchFailure> {
    let mut rows = Vec::with_capacity(batch.len());
    let mut bad = None;
    for (index, record) in batch.iter().enumerate() {
        match record.json::<Flight>() {
            Ok(row) => rows.push(row),
            Err(error) => {
                bad = Some(BatchFailure::at(index, Failure::skip(error))); // never valid: give this record up
                break;
            }
        }
    }
    let written = write(&rows).await?; // nothing was written: the whole batch comes again
    if written < rows.len() {
        return Err(BatchFailure::at(written, Failure::retry("the table took only a part")));
    }
    bad.map_or(Ok(()), Err)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    kinetrace_consumer::run(ByBatch(store)).await
}
