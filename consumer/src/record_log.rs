//! What CloudWatch, and the checker, are told: one JSON line for each record that was handed to the business code.

use std::fmt;
use std::io::{self, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kinetrace::history::{Event, Process};

/// So much is written at once: a pipe takes it without being read.
const ENOUGH: usize = 32 * 1024;

/// Where the lines go. Cloning shares it.
#[derive(Clone)]
pub struct RecordLog(Arc<Sink>);

enum Sink {
    /// To standard output, which Lambda sends to CloudWatch. A call for each line would take longer than all else that is
    /// done for a record, so they wait for one another.
    Output(Mutex<Vec<u8>>),
    Own(Box<dyn Fn(Process) + Send + Sync>),
}

impl RecordLog {
    /// To somebody else: a test, or a pipeline of one's own.
    pub fn new(sink: impl Fn(Process) + Send + Sync + 'static) -> Self {
        Self(Arc::new(Sink::Own(Box::new(sink))))
    }

    pub(crate) fn write(&self, process: Process) {
        match &*self.0 {
            Sink::Own(sink) => sink(process),
            Sink::Output(lines) => {
                let mut lines = lock(lines);
                Event::Process(process).append_to(&mut lines);
                if lines.len() >= ENOUGH {
                    put_out(&mut lines);
                }
            }
        }
    }

    /// To be called before there is time: when all that is under way waits, and before the answer. A process that ends
    /// without having waited takes the lines of this invocation along.
    pub(crate) fn flush(&self) {
        if let Sink::Output(lines) = &*self.0 {
            put_out(&mut lock(lines));
        }
    }
}

fn lock(lines: &Mutex<Vec<u8>>) -> MutexGuard<'_, Vec<u8>> {
    lines.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A log that cannot be written must not fail a record, so nothing is said of it.
fn put_out(lines: &mut Vec<u8>) {
    if !lines.is_empty() {
        let _ = io::stdout().lock().write_all(lines);
        lines.clear();
    }
}

/// To standard output.
impl Default for RecordLog {
    fn default() -> Self {
        Self(Arc::new(Sink::Output(Mutex::default())))
    }
}

impl fmt::Debug for RecordLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordLog")
    }
}
