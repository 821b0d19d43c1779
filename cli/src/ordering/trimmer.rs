//! Has the embedded stream forget records.

use std::collections::HashMap;
use std::sync::Arc;

use kinetrace::SequenceNumber;
use kinetrace_testbed::kinesis::Kinesis;
use tokio::sync::mpsc::{self, Sender};

/// Trims the stream as it is told, shard by shard. A task of its own: it has to wait for puts, and nothing should wait for it.
pub(super) fn start(kinesis: Arc<Kinesis>, stream: String) -> Sender<Vec<(String, SequenceNumber)>> {
    let (sender, mut receiver) = mpsc::channel::<Vec<(String, SequenceNumber)>>(1);
    tokio::spawn(async move {
        let mut trimmed = HashMap::new();
        while let Some(shards) = receiver.recv().await {
            for (shard, number) in shards {
                if trimmed.get(&shard) != Some(&number) {
                    kinesis.trim(&stream, &shard, &number).await;
                    trimmed.insert(shard, number);
                }
            }
        }
    });
    sender
}
