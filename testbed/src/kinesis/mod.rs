//! Kinesis, embedded: the first thing of the world around the handlers.
//!
//! This is the only file that names the emulator.

pub mod admission;
mod amended;
mod calls;
mod client;
mod consistent;
pub mod faults;
mod operation;
mod put_request;
pub mod puts;
mod resharding;
mod stream;
pub mod throttle;

use std::fmt;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use ferrokinesis::create_app;
use ferrokinesis::store::{Store, StoreOptions};
use kinetrace::SequenceNumber;

pub use calls::Calls;
pub use client::client;
use consistent::Gate;
pub use resharding::{Operation, STEPS, merge, reshard, split};
pub use stream::{StreamError, create_stream, delete_stream, shards};

use crate::server::{Server, StartError};

/// A PutRecords of 10 MiB, the largest that Kinesis takes
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html>), is a third larger in base64, and
/// has its JSON around it. (The emulator itself refuses requests of more than 5 MiB, the limit of earlier years.)
const LARGEST_REQUEST: usize = 16 * 1024 * 1024;

/// More shards than any run opens; the emulator's own limit is 10, over all streams.
const SHARD_LIMIT: u32 = 10_000;

/// Records that [`Kinesis::trim`] takes out at a time, so that no put waits long for the shard.
const TRIMMED_AT_ONCE: usize = 1_000;

/// A Kinesis service with no streams, in memory, which ends when it is dropped.
///
/// Creating, deleting and resharding take effect at once, and no throughput limit is enforced.
pub struct Kinesis {
    _server: Server,
    endpoint: String,
    store: Store,
    gate: Gate,
}

impl Kinesis {
    /// Starts on a free loopback port.
    pub async fn start() -> Result<Self, StartError> {
        Self::start_behind(|service| service).await
    }

    /// Starts with something between the clients and the service: `wrap` gets the service's router and returns the one
    /// that is served, for instance [`faults::Faults::wrap`] or [`Calls::wrap`].
    pub async fn start_behind(wrap: impl FnOnce(Router) -> Router) -> Result<Self, StartError> {
        Self::start_on(0, wrap).await
    }

    /// As [`start_behind`](Self::start_behind), on this port of 127.0.0.1; 0 takes a free one.
    pub async fn start_on(port: u16, wrap: impl FnOnce(Router) -> Router) -> Result<Self, StartError> {
        let (service, store) = create_app(StoreOptions {
            create_stream_ms: 0,
            delete_stream_ms: 0,
            update_stream_ms: 0,
            shard_limit: SHARD_LIMIT,
            enforce_limits: false,
            aws_region: client::DEFAULT_REGION.to_owned(),
            ..StoreOptions::default()
        });
        let gate = Gate::default();
        let service = service
            .layer(DefaultBodyLimit::max(LARGEST_REQUEST))
            .layer(from_fn_with_state(Gate::clone(&gate), consistent::pass))
            .layer(from_fn(amended::amend));
        let server = Server::start_on(port, wrap(service)).await?;
        let endpoint = server.endpoint();
        Ok(Self { _server: server, endpoint, store, gate })
    }

    /// Forgets the records of a shard through this number, as a stream does at the end of its retention: its trim horizon
    /// is after them. Returns how many there were. A shard that does not exist has none.
    ///
    /// Readers past the number notice nothing; those before it go on after it, as on AWS.
    pub async fn trim(&self, stream: &str, shard: &str, through: &SequenceNumber) -> usize {
        let Some(prefix) = shard.strip_prefix("shardId-").and_then(|number| number.parse::<u32>().ok()) else {
            return 0;
        };
        // The emulator's keys: all numbers of a shard have as many digits, and the end is not part of a range.
        let (first, end) = (format!("{prefix:08x}/"), format!("{prefix:08x}/{through}/"));
        let mut trimmed = 0;
        loop {
            // As a read: the emulator's reads and puts, side by side, may wait for each other for ever.
            let _alone = self.gate.write().await;
            let records = self.store.get_records_range_limited(stream, &first, &end, TRIMMED_AT_ONCE).await;
            let keys: Vec<_> = records.into_iter().map(|(key, _)| key).collect();
            self.store.delete_record_keys(stream, &keys).await;
            trimmed += keys.len();
            if keys.len() < TRIMMED_AT_ONCE {
                return trimmed;
            }
        }
    }

    /// How many records it has, of all streams.
    pub fn stored(&self) -> u64 {
        self.store.metrics().retained_records()
    }

    /// `http://127.0.0.1:<port>`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// A client of this service, with made-up credentials whatever the environment says.
    pub fn client(&self) -> aws_sdk_kinesis::Client {
        client::embedded(&self.endpoint)
    }
}

impl fmt::Debug for Kinesis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kinesis").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}
