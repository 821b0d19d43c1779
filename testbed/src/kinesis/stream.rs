//! Making and removing streams, of the embedded Kinesis or of any other.

use std::num::ParseIntError;
use std::time::Duration;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::error::BoxError;
use aws_sdk_kinesis::types::{Shard as SdkShard, StreamMode, StreamModeDetails, StreamStatus};
use kinetrace::HashKey;
use kinetrace::history::Shard;
use tokio::time::{Instant, sleep};

/// DescribeStreamSummary may be called 20 times a second and account
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStreamSummary.html>).
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// A real stream takes 10 to 30 seconds.
const CREATION_LIMIT: Duration = Duration::from_secs(120);

/// A stream could not be made, read or removed.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// Kinesis refused, or did not answer.
    #[error(
        "Kinesis did not {action} `{stream}`: check the endpoint, the permissions, and whether the stream already exists"
    )]
    Refused {
        /// What was asked for.
        action: &'static str,
        /// The stream's name.
        stream: String,
        /// The SDK's error.
        #[source]
        source: BoxError,
    },
    /// The stream was created but could not be used in time.
    #[error("stream `{stream}` is {status} after {CREATION_LIMIT:?}, not ACTIVE: delete it and try again")]
    NotActive {
        /// The stream's name.
        stream: String,
        /// The last status seen.
        status: StreamStatus,
    },
    /// A shard that is to be split or merged does not exist, or was split or merged before.
    #[error("stream `{stream}` has no open shard `{shard}`; its open shards are {open}")]
    NotOpen {
        /// The stream's name.
        stream: String,
        /// What was asked for.
        shard: String,
        /// Those that it has, by their place in the hash space.
        open: String,
    },
    /// A shard that is to be split has too few hash keys for two.
    #[error("stream `{stream}` has in shard `{shard}` too few hash keys to split it: split another one")]
    TooNarrow {
        /// The stream's name.
        stream: String,
        /// The shard's id.
        shard: String,
    },
    /// Two shards that are to be merged are not neighbours.
    #[error(
        "shards `{shard}` and `{adjacent}` of stream `{stream}` are not neighbours in the hash space: merge others"
    )]
    NotAdjacent {
        /// The stream's name.
        stream: String,
        /// The lower one.
        shard: String,
        /// The upper one.
        adjacent: String,
    },
    /// A shard's place in the hash space is not a number.
    #[error("stream `{stream}` has a shard `{shard}` with an unreadable hash key range: is the endpoint a Kinesis?")]
    UnreadableShard {
        /// The stream's name.
        stream: String,
        /// The shard's id.
        shard: String,
        /// Why.
        #[source]
        source: ParseIntError,
    },
}

/// Creates a provisioned stream and returns its shards once it is ACTIVE.
pub async fn create_stream(client: &Client, name: &str, shards: u16) -> Result<Vec<Shard>, StreamError> {
    let refused = refused("create stream", name);
    let mode = StreamModeDetails::builder().stream_mode(StreamMode::Provisioned).build();
    let mode = mode.map_err(|source| refused(source.into()))?;
    let request = client.create_stream().stream_name(name).shard_count(shards.into()).stream_mode_details(mode);
    request.send().await.map_err(|source| refused(source.into()))?;
    wait_until_active(client, name).await?;
    self::shards(client, name).await
}

/// Removes a stream and all its records, even while others read from it.
pub async fn delete_stream(client: &Client, name: &str) -> Result<(), StreamError> {
    let request = client.delete_stream().stream_name(name).enforce_consumer_deletion(true);
    request.send().await.map(drop).map_err(|source| refused("delete stream", name)(source.into()))
}

/// The shards of a stream, closed ones included.
pub async fn shards(client: &Client, name: &str) -> Result<Vec<Shard>, StreamError> {
    let mut shards = Vec::new();
    let mut next_token = None;
    loop {
        // A token stands for the stream: Kinesis refuses both together.
        let request = match next_token {
            None => client.list_shards().stream_name(name),
            Some(token) => client.list_shards().next_token(token),
        };
        let page = request.send().await.map_err(|source| refused("list the shards of", name)(source.into()))?;
        for shard in page.shards() {
            shards.push(read(name, shard)?);
        }
        next_token = page.next_token;
        if next_token.is_none() {
            return Ok(shards);
        }
    }
}

pub(super) async fn wait_until_active(client: &Client, name: &str) -> Result<(), StreamError> {
    let give_up = Instant::now() + CREATION_LIMIT;
    loop {
        let answer = client.describe_stream_summary().stream_name(name).send().await;
        let answer = answer.map_err(|source| refused("describe stream", name)(source.into()))?;
        let status = answer.stream_description_summary().map_or(&StreamStatus::Creating, |it| it.stream_status());
        match status {
            StreamStatus::Active => return Ok(()),
            status if Instant::now() >= give_up => {
                return Err(StreamError::NotActive { stream: name.to_owned(), status: status.clone() });
            }
            _ => sleep(POLL_INTERVAL).await,
        }
    }
}

fn read(stream: &str, shard: &SdkShard) -> Result<Shard, StreamError> {
    let unreadable =
        |source| StreamError::UnreadableShard { stream: stream.to_owned(), shard: shard.shard_id().to_owned(), source };
    let range = shard.hash_key_range();
    let (first, last) = range.map_or(("", ""), |it| (it.starting_hash_key(), it.ending_hash_key()));
    let [first, last] = [first, last].map(|key| HashKey::try_from(key.to_owned()).map_err(unreadable));
    let mut read = Shard::new(stream, shard.shard_id(), first?, last?);
    let parents = [shard.parent_shard_id(), shard.adjacent_parent_shard_id()];
    read.parents = parents.into_iter().flatten().map(str::to_owned).collect();
    Ok(read)
}

pub(super) fn refused(action: &'static str, stream: &str) -> impl Fn(BoxError) -> StreamError {
    move |source| StreamError::Refused { action, stream: stream.to_owned(), source }
}
