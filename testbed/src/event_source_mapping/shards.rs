//! All shards of a stream, parents before children, through resharding.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::error::Error;
use super::happening::Happening;
use super::invoke::Invoke;
use super::lineage::{self, Shard};
use super::mapping::Mapping;
use super::patience;
use super::shard::{self, End};
use super::starting_position::StartingPosition;

/// Works on the stream until it is stopped or cannot go on, which it notes in the progress.
pub(super) async fn run<I: Invoke>(mapping: Arc<Mapping<I>>, stop: watch::Receiver<bool>) {
    if let Err(error) = follow(&mapping, stop).await {
        mapping.tell(|| Happening::Failed(error.clone()));
        mapping.progress.send_modify(|progress| progress.fail(error));
    }
}

async fn follow<I: Invoke>(mapping: &Arc<Mapping<I>>, mut stop: watch::Receiver<bool>) -> Result<(), Error> {
    let (mut started, mut exhausted) = (BTreeSet::new(), BTreeSet::new());
    let mut tasks = JoinSet::new();
    // What is put after the mapping began must not be passed over, so it reads shards that come later from their first record.
    let mut start = mapping.settings.starting_position;
    loop {
        let shards = mapping.list().await?;
        if start == StartingPosition::Latest && started.is_empty() {
            for shard in shards.iter().filter(|shard| shard.is_closed) {
                mapping.progress.send_modify(|progress| progress.reading(&shard.id).pass_over());
                started.insert(shard.id.clone());
                exhausted.insert(shard.id.clone());
            }
        }
        for shard in lineage::ready(&shards, &started, &exhausted) {
            mapping.tell(|| Happening::ShardStarted { shard: shard.id.clone() });
            tasks.spawn(shard::run(Arc::clone(mapping), shard.id.clone(), start, stop.clone()));
            started.insert(shard.id.clone());
        }
        if start == StartingPosition::Latest {
            start = StartingPosition::TrimHorizon;
        }
        let again = tasks.is_empty() || lineage::heir_missing(&shards, &exhausted);
        tokio::select! {
            Some(ended) = tasks.join_next() => match ended.map_err(|error| Error::Task(error.into()))?? {
                End::Exhausted(shard) => {
                    mapping.tell(|| Happening::ShardEnded { shard: shard.clone() });
                    exhausted.insert(shard);
                }
                End::Stopped => break,
            },
            () = tokio::time::sleep(mapping.settings.poll_interval), if again => {}
            _ = stop.wait_for(|stop| *stop) => break,
        }
    }
    while let Some(ended) = tasks.join_next().await {
        ended.map_err(|error| Error::Task(error.into()))??;
    }
    Ok(())
}

impl<I> Mapping<I> {
    /// Asks for the list of shards, patiently.
    async fn list(&self) -> Result<Vec<Shard>, Error> {
        let mut failures = 0;
        loop {
            match self.list_once().await {
                Ok(shards) => return Ok(shards),
                Err(source) => {
                    failures += 1;
                    if failures == patience::LIMIT {
                        let (operation, subject) = ("ListShards", format!("stream {}", self.stream.name));
                        return Err(Error::Kinesis { operation, subject, failures, source: source.into() });
                    }
                }
            }
            tokio::time::sleep(patience::backoff(failures)).await;
        }
    }

    async fn list_once(&self) -> Result<Vec<Shard>, aws_sdk_kinesis::Error> {
        let mut shards = Vec::new();
        let mut request = self.client.list_shards().stream_name(&self.stream.name);
        loop {
            let page = request.send().await?;
            shards.extend(page.shards.unwrap_or_default().into_iter().map(Shard::from));
            let Some(token) = page.next_token else { return Ok(shards) };
            request = self.client.list_shards().next_token(token);
        }
    }
}
