//! The lines about records, kept instead of written.

use std::sync::{Arc, Mutex, PoisonError};

use kinetrace::history::Process;
use kinetrace_consumer::RecordLog;

#[derive(Debug, Clone, Default)]
pub(crate) struct RecordLines(Arc<Mutex<Vec<Process>>>);

impl RecordLines {
    pub(crate) fn log(&self) -> RecordLog {
        let Self(lines) = self.clone();
        RecordLog::new(move |line| lines.lock().unwrap_or_else(PoisonError::into_inner).push(line))
    }

    pub(crate) fn take(&self) -> Vec<Process> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
