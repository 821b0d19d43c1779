//! A shard over its limit, on demand.

use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use kinetrace::HashKey;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::operation::operation;
use super::put_request::{PutRequest, Refusal};

/// Answers puts into a throttled shard with `ProvisionedThroughputExceededException`, for as long as it was asked to. It refuses a
/// PutRecord as a whole, and of a PutRecords only the records that go to that shard. Clones share what is throttled.
///
/// A shard that was split or merged takes no puts, so its throttle has no effect on those that took over from it.
#[derive(Debug, Clone, Default)]
pub struct Throttle(Arc<Mutex<Vec<Throttled>>>);

#[derive(Debug, Clone)]
struct Throttled {
    stream: String,
    shard: String,
    until: Instant,
    range: Range,
}

/// Of a shard in the hash space.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Range {
    /// Not asked for yet, or since shards may have changed.
    Unknown,
    /// The shard takes no puts, or does not exist.
    Nothing,
    Open(RangeInclusive<HashKey>),
}

impl Throttle {
    /// The service with the throttle in front of it.
    pub fn wrap(&self, service: Router) -> Router {
        service.layer(from_fn_with_state(self.clone(), pass))
    }

    /// Throttles a shard for so long from now, in place of how long it was to be throttled before. A shard that does not exist
    /// has no effect.
    pub fn throttle(&self, stream: &str, shard: &str, duration: Duration) {
        let mut all = self.all();
        all.retain(|it| !it.is(stream, shard));
        // Farther away than a clock can tell is for ever.
        let until = Instant::now().checked_add(duration).unwrap_or_else(|| Instant::now() + FOR_EVER);
        all.push(Throttled { stream: stream.to_owned(), shard: shard.to_owned(), until, range: Range::Unknown });
    }

    /// For how long a shard will be throttled; nothing if it is not.
    pub fn remaining(&self, stream: &str, shard: &str) -> Duration {
        let until = self.all().iter().find(|it| it.is(stream, shard)).map(|it| it.until);
        until.map_or(Duration::ZERO, |until| until.saturating_duration_since(Instant::now()))
    }

    /// What is throttled now of this stream.
    fn of(&self, stream: &str) -> Vec<Throttled> {
        let now = Instant::now();
        let mut all = self.all();
        all.retain(|it| it.until > now);
        all.iter().filter(|it| it.stream == stream).cloned().collect()
    }

    fn know(&self, known: &[Throttled]) {
        for it in self.all().iter_mut() {
            if let Some(known) = known.iter().find(|known| known.is(&it.stream, &it.shard)) {
                it.range = known.range.clone();
            }
        }
    }

    fn forget_ranges(&self) {
        self.all().iter_mut().for_each(|it| it.range = Range::Unknown);
    }

    fn all(&self) -> MutexGuard<'_, Vec<Throttled>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A year.
const FOR_EVER: Duration = Duration::from_secs(365 * 24 * 60 * 60);

impl Throttled {
    fn is(&self, stream: &str, shard: &str) -> bool {
        self.stream == stream && self.shard == shard
    }

    fn refusal(&self) -> Refusal {
        let Self { stream, shard, .. } = self;
        let message = format!("Rate exceeded for shard {shard} in stream {stream} (throttled on demand).");
        Refusal { code: "ProvisionedThroughputExceededException", message }
    }
}

async fn pass(State(throttle): State<Throttle>, request: Request, next: Next) -> Response {
    match operation(&request) {
        "PutRecord" | "PutRecords" if !throttle.all().is_empty() => match PutRequest::read(request, next).await {
            Ok(put) => throttle.put(put).await,
            Err(answer) => answer,
        },
        "SplitShard" | "MergeShards" | "UpdateShardCount" | "DeleteStream" => {
            let answer = next.run(request).await;
            throttle.forget_ranges();
            answer
        }
        _ => next.run(request).await,
    }
}

impl Throttle {
    async fn put(&self, put: PutRequest) -> Response {
        let mut throttled = self.of(&put.contents().stream);
        if throttled.iter().any(|it| it.range == Range::Unknown) {
            let shards = put.ask("ListShards", &json!({"StreamName": put.contents().stream})).await;
            throttled.iter_mut().for_each(|it| it.range = range(&shards, &it.shard));
            self.know(&throttled);
        }
        let refusal = |place: HashKey| {
            let over = throttled.iter().find(|it| matches!(&it.range, Range::Open(range) if range.contains(&place)));
            over.map(Throttled::refusal)
        };
        let refusals: Vec<_> = put.contents().entries.iter().map(|entry| refusal(entry.place())).collect();
        match &refusals[..] {
            [Some(refusal)] if !put.contents().is_batch => put.refuse(StatusCode::BAD_REQUEST, refusal),
            refusals => put.forward_without(refusals).await,
        }
    }
}

/// By the answer to a ListShards.
fn range(answer: &Value, shard: &str) -> Range {
    let shards = answer["Shards"].as_array().map(Vec::as_slice).unwrap_or_default();
    let open = |it: &&Value| it["ShardId"] == shard && it["SequenceNumberRange"]["EndingSequenceNumber"].is_null();
    let key = |key: &Value| HashKey::try_from(key.as_str().unwrap_or_default().to_owned()).ok();
    let range = shards.iter().find(open).map(|it| &it["HashKeyRange"]);
    let ends = range.and_then(|it| Some(key(&it["StartingHashKey"])?..=key(&it["EndingHashKey"])?));
    ends.map_or(Range::Nothing, Range::Open)
}
