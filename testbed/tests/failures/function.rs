//! The function, and how its invocations ended.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use kinetrace_testbed::environment::InvokeError;
use kinetrace_testbed::event_source_mapping::Invoke;
use kinetrace_testbed::function::Function;

/// How many invocations ended so.
#[derive(Debug, Clone, Default)]
pub(crate) struct Endings {
    pub(crate) answered: usize,
    /// With an error that has Lambda halve the batch, or hand it over again: of a stream, because its first record was not
    /// done; of a topic, because any was not.
    pub(crate) halved: usize,
    pub(crate) timed_out: usize,
    pub(crate) killed: usize,
    /// As none should.
    pub(crate) others: Vec<String>,
    /// Those, however they ended, that had records of several partitions of a topic.
    pub(crate) of_several: usize,
}

impl Endings {
    pub(crate) fn all(&self) -> usize {
        self.answered + self.halved + self.timed_out + self.killed + self.others.len()
    }
}

/// A function that is watched. Clones share what was seen.
#[derive(Debug, Clone)]
pub(crate) struct Watched {
    pub(crate) function: Function,
    endings: Arc<Mutex<Endings>>,
}

impl Watched {
    pub(crate) fn new(function: Function) -> Self {
        Self { function, endings: Arc::default() }
    }

    pub(crate) fn endings(&self) -> Endings {
        self.endings.lock().unwrap().clone()
    }
}

impl Invoke for Watched {
    type Error = InvokeError;

    async fn invoke(&self, event: Bytes) -> Result<Bytes, InvokeError> {
        let of_several = partitions(&event) > 1;
        let result = self.function.invoke(event).await;
        let mut endings = self.endings.lock().unwrap();
        endings.of_several += usize::from(of_several);
        match &result {
            Ok(_) => endings.answered += 1,
            Err(InvokeError::Function { error_type, .. })
                if ["kinetrace.FirstRecord", "kinetrace.UnfinishedRecords"]
                    .iter()
                    .any(|name| error_type.starts_with(name)) =>
            {
                endings.halved += 1;
            }
            Err(InvokeError::Timeout { .. }) => endings.timed_out += 1,
            Err(InvokeError::Exited { status }) if status.contains("SIGKILL") => endings.killed += 1,
            Err(error) => endings.others.push(error.to_string()),
        }
        result
    }
}

/// How many lists of records an event of Kafka has.
fn partitions(event: &[u8]) -> usize {
    const BEGIN: &[u8] = br#":[{"topic":"#;
    event.windows(BEGIN.len()).filter(|window| *window == BEGIN).count()
}
