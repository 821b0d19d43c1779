//! The stream's shards that the checker knows.

use std::collections::HashSet;

use aws_sdk_kinesis::Client;
use kinetrace::history::Event;
use kinetrace_testbed::checker::Checker;
use kinetrace_testbed::kinesis::{self, StreamError};

#[derive(Debug)]
pub(super) struct Shards {
    client: Client,
    stream: String,
    known: HashSet<String>,
}

impl Shards {
    pub(super) fn new(client: Client, stream: String) -> Self {
        Self { client, stream, known: HashSet::new() }
    }

    /// Tells the checker of them before it hears of a record in one that it does not know: it was opened since.
    pub(super) async fn describe(&mut self, shard: &str, checker: &mut Checker) -> Result<(), StreamError> {
        if self.known.contains(shard) {
            return Ok(());
        }
        for shard in kinesis::shards(&self.client, &self.stream).await? {
            if self.known.insert(shard.shard.clone()) {
                checker.add(Event::Shard(shard));
            }
        }
        // Were it not listed, it would be asked for with every line.
        self.known.insert(shard.to_owned());
        Ok(())
    }
}
