//! What CloudWatch, and the checker, are told: a JSON line for each record, for those that failed, or for none.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kinetrace::__private::RecordLogFilter;
use kinetrace::KeyNames;
use kinetrace::history::{Event, Process, ProcessOutcome, Timestamp};

/// So much is written at once: a pipe takes it without being read.
const ENOUGH: usize = 32 * 1024;

/// The longest that lines wait while the business code keeps its thread busy, in microseconds.
const LONGEST_WAIT: u64 = 50_000;

/// Which records have a line, where the lines go, and how they name keys. Cloning shares it.
///
/// A line has about 600 bytes, and nothing of it is computed for a record that has none. `kinetrace verify` needs the lines of
/// all records; the spans and metrics of a record need none. [`run`](crate::run()) has what the variable
/// `KINETRACE_RECORD_LOG` says: `all`, `failures`, or `none`, which is the default.
///
/// Lines for standard output are written several at once: when the handler waits, when the invocation ends, and otherwise
/// after 50 ms or 32 KiB. A process that is killed while a handler keeps its thread busy takes the lines since then along.
#[derive(Clone)]
pub struct RecordLog {
    sink: Arc<Sink>,
    filter: RecordLogFilter,
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
    /// A line for each record that was handed to the business code, and for one that cannot be read, on standard output.
    pub fn all() -> Self {
        Self::to_output(RecordLogFilter::All)
    }

    /// Lines on standard output for records that failed or cannot be read, and for no others.
    pub fn failures() -> Self {
        Self::to_output(RecordLogFilter::Failures)
    }

    /// No lines.
    pub fn off() -> Self {
        Self::to_output(RecordLogFilter::None)
    }

    /// The lines of all records, to a test or a pipeline of your own.
    pub fn new(sink: impl Fn(Process) + Send + Sync + 'static) -> Self {
        Self::to(Sink::Own(Box::new(sink)), RecordLogFilter::All)
    }

    /// As `KINETRACE_RECORD_LOG` says, and what is to be said about that variable.
    pub(crate) fn read(lookup: impl Fn(&str) -> Option<String>) -> (Self, Option<String>) {
        let (filter, line) = RecordLogFilter::read(lookup);
        (Self::to_output(filter), line)
    }

    fn to_output(filter: RecordLogFilter) -> Self {
        Self::to(Sink::Output(Mutex::default()), filter)
    }

    fn to(sink: Sink, filter: RecordLogFilter) -> Self {
        Self { sink: Arc::new(sink), filter, key_names: KeyNames::default() }
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

    /// Whether any record may have a line.
    pub(crate) fn is_on(&self) -> bool {
        self.filter.is_on()
    }

    /// Whether a record that ended so has a line. A copy that was recognised is routine after every retry, and the metrics
    /// count it.
    pub(crate) fn wants(&self, outcome: ProcessOutcome) -> bool {
        self.filter.wants(matches!(outcome, ProcessOutcome::Failed | ProcessOutcome::SkippedByHandler))
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

    /// To be called before there is time: when all that is in flight waits, and before the answer. A process that ends
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

/// [`off`](RecordLog::off).
impl Default for RecordLog {
    fn default() -> Self {
        Self::off()
    }
}

impl fmt::Debug for RecordLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordLog").field("filter", &self.filter).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
