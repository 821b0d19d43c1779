//! What CloudWatch, and the checker, are told: one JSON line for each record that was handed to the business code.

use std::fmt;
use std::sync::Arc;

use kinetrace::history::{Event, Process};

/// Where the lines go. Cloning shares it.
#[derive(Clone)]
pub struct RecordLog(Arc<dyn Fn(Process) + Send + Sync>);

impl RecordLog {
    /// To somebody else: a test, or a pipeline of one's own.
    pub fn new(sink: impl Fn(Process) + Send + Sync + 'static) -> Self {
        Self(Arc::new(sink))
    }

    pub(crate) fn write(&self, process: Process) {
        (self.0)(process);
    }
}

/// To standard output, which Lambda sends to CloudWatch.
impl Default for RecordLog {
    fn default() -> Self {
        Self::new(|process| Event::Process(process).log())
    }
}

impl fmt::Debug for RecordLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordLog")
    }
}
