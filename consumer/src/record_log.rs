//! What CloudWatch, and the checker, are told: one JSON line for each record that was handed to the business code.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kinetrace::KeyNames;
use kinetrace::history::{Event, Process, Timestamp};

/// So much is written at once: a pipe takes it without being read.
const ENOUGH: usize = 32 * 1024;

/// The longest that lines wait while the business code keeps its thread busy, in microseconds.
const LONGEST_WAIT: u64 = 50_000;

/// Where the lines go, and how they name keys. Cloning shares it.
#[derive(Clone)]
pub struct RecordLog {
    sink: Arc<Sink>,
    key_names: KeyNames,
}

enum Sink {
    /// To standard output, which Lambda sends to CloudWatch. A call for each line would take longer than all else that is
    /// done for a record, so they wait for one another.
    Output(Mutex<Lines>),
    Own(Box<dyn Fn(Process) + Send + Sync>),
}

#[derive(Default)]
struct Lines {
    text: Vec<u8>,
    /// The time in the first of them.
    since: Timestamp,
}

impl RecordLog {
    /// To somebody else: a test, or a pipeline of one's own.
    pub fn new(sink: impl Fn(Process) + Send + Sync + 'static) -> Self {
        Self::to(Sink::Own(Box::new(sink)))
    }

    fn to(sink: Sink) -> Self {
        Self { sink: Arc::new(sink), key_names: KeyNames::default() }
    }

    /// How partition keys are named in the lines, and in the spans of a [`Consumer`](crate::Consumer) that writes them. By
    /// default as they are.
    #[must_use]
    pub fn key_names(self, key_names: KeyNames) -> Self {
        Self { key_names, ..self }
    }

    pub(crate) fn named(&self) -> &KeyNames {
        &self.key_names
    }

    pub(crate) fn write(&self, mut process: Process) {
        if let Some(Cow::Owned(name)) = process.group.as_deref().map(|key| self.key_names.name(key)) {
            process.group = Some(name.into());
        }
        match &*self.sink {
            Sink::Own(sink) => sink(process),
            Sink::Output(lines) => {
                let mut lines = lock(lines);
                if lines.add(process) {
                    lines.put_out();
                }
            }
        }
    }

    /// To be called before there is time: when all that is under way waits, and before the answer. A process that ends
    /// without having waited takes the lines of this invocation along.
    pub(crate) fn flush(&self) {
        if let Sink::Output(lines) = &*self.sink {
            lock(lines).put_out();
        }
    }
}

fn lock(lines: &Mutex<Lines>) -> MutexGuard<'_, Lines> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Lines {
    /// Whether it is time to write them.
    fn add(&mut self, process: Process) -> bool {
        if self.text.is_empty() {
            self.since = process.start;
        }
        let age = process.end.0.saturating_sub(self.since.0);
        Event::Process(process).append_to(&mut self.text);
        self.text.len() >= ENOUGH || age >= LONGEST_WAIT
    }

    /// A log that cannot be written must not fail a record, so nothing is said of it.
    fn put_out(&mut self) {
        if !self.text.is_empty() {
            let _ = io::stdout().lock().write_all(&self.text);
            self.text.clear();
        }
    }
}

/// To standard output, several lines at once: when the handler waits, when the invocation ends, and otherwise after 50 ms or
/// 32 KiB. A process that is killed while a handler keeps its thread busy takes the lines since then along.
impl Default for RecordLog {
    fn default() -> Self {
        Self::to(Sink::Output(Mutex::default()))
    }
}

impl fmt::Debug for RecordLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordLog")
    }
}

#[cfg(test)]
mod tests {
    use kinetrace::history::ProcessOutcome;

    use super::*;

    fn process(start: u64, end: u64) -> Process {
        Process {
            stream: "flights".into(),
            group: None,
            shard: "shardId-000000000000".into(),
            sequence_number: "8".into(),
            sub_sequence_number: None,
            order: None,
            outcome: ProcessOutcome::Succeeded,
            error: None,
            start: Timestamp(start),
            end: Timestamp(end),
            function: None,
            request_id: "request-1".into(),
            format: "none".into(),
            span: None,
            relation: None,
            context: None,
            payload_crc32: 0,
        }
    }

    #[test]
    fn a_line_names_its_key_as_it_was_chosen_and_nothing_else_in_it_changes() {
        let keyed = KeyNames::keyed("0123456789abcdef").unwrap();
        for (names, key) in [(KeyNames::default(), Some("N14228")), (KeyNames::hashed(), Some("N14228")), (keyed, None)]
        {
            let (sent, lines) = std::sync::mpsc::channel();
            let written = Process { group: key.map(Into::into), ..process(1, 2) };
            RecordLog::new(move |line| sent.send(line).unwrap()).key_names(names.clone()).write(written.clone());
            let group = key.map(|key| names.name(key).as_ref().into());
            assert_eq!(lines.recv().unwrap(), Process { group, ..written }, "{names:?}");
        }
    }

    #[test]
    fn lines_wait_for_one_another_but_neither_long_nor_until_there_are_many() {
        let mut lines = Lines::default();
        assert!(!lines.add(process(1_000, 1_001)));
        assert!(!lines.add(process(1_002, 50_999)));
        assert!(lines.add(process(2_000, 51_000)), "50 ms after the first began");
        lines.text.clear();
        assert!(!lines.add(process(51_001, 51_002)), "the first again");
        let line = lines.text.len();
        let more = (1..).find(|_| lines.add(process(51_003, 51_004)));
        assert_eq!(more, Some(ENOUGH.div_ceil(line) - 1));
    }
}
