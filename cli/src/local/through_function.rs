//! Events on their way through a producer function: an invocation for each, the events of a key one after another.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};

use kinetrace::Record;
use kinetrace_testbed::function::Function;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::messages::Messages;
use crate::outcome::Failure;

/// How many call at once, at most.
const CALLERS: u16 = 8;

/// Events of a caller that wait for the one before them.
const WAITING: usize = 16;

/// Those who call a function.
#[derive(Debug, Clone)]
pub(super) struct Callers {
    function: Function,
    count: u16,
    messages: Messages,
}

impl Callers {
    pub(super) fn of(function: Function, messages: Messages) -> Self {
        let count = function.configuration().max_concurrency.clamp(1, CALLERS);
        Self { function, count, messages }
    }
}

/// Puts all records. All events of a key go to one caller, so that each is handed over when the one before it is in the stream.
pub(super) async fn put(callers: Callers, mut records: mpsc::Receiver<Record>) -> Result<(), Failure> {
    let mut calling = JoinSet::new();
    let mut lines = Vec::new();
    for _ in 0..callers.count {
        let (line, events) = mpsc::channel(WAITING);
        lines.push(line);
        calling.spawn(call(callers.clone(), events));
    }
    while let Some(record) = records.recv().await {
        let mut hasher = DefaultHasher::new();
        record.partition_key.hash(&mut hasher);
        let caller = usize::try_from(hasher.finish() % lines.len() as u64).unwrap_or_default();
        // A caller ends when there are no more events.
        let _ = lines[caller].send(record).await;
    }
    drop(lines);
    while calling.join_next().await.is_some() {}
    Ok(())
}

async fn call(Callers { function, messages, .. }: Callers, mut events: mpsc::Receiver<Record>) {
    while let Some(event) = events.recv().await {
        let body = [br#"{"events":["#, &event.data[..], b"]}"].concat();
        if let Err(error) = function.invoke(body.into()).await {
            let name = &function.configuration().name;
            messages.say(&format!("{name} did not put an event of key {}: {error}", event.partition_key));
        }
    }
}
