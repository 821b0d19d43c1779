//! The one that is told what happens to a function's environments, if there is one.

use kinetrace::history::Timestamp;
use tokio::sync::mpsc::UnboundedSender;

use super::happening::FunctionHappening;
use crate::environment::InvokeError;

#[derive(Debug, Clone)]
pub(super) struct Watcher(pub(super) Option<UnboundedSender<(Timestamp, FunctionHappening)>>);

impl Watcher {
    pub(super) fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// Never waits. That nobody listens any more is nobody's loss.
    pub(super) fn tell(&self, happening: FunctionHappening) {
        if let Some(watcher) = &self.0 {
            drop(watcher.send((Timestamp::now(), happening)));
        }
    }
}

/// An invocation that was told to have begun, so that its end must be told, also if its caller does not wait for it.
pub(super) struct Underway<'a> {
    watcher: &'a Watcher,
    environment: u32,
    /// `None` once its end has been told.
    request_id: Option<String>,
}

impl<'a> Underway<'a> {
    pub(super) fn begin(watcher: &'a Watcher, environment: u32, request_id: String, number: Option<u64>) -> Self {
        watcher.tell(FunctionHappening::Began { environment, request_id: request_id.clone(), number });
        Self { watcher, environment, request_id: Some(request_id) }
    }

    pub(super) fn end(mut self, error: Option<&InvokeError>) {
        self.tell(error.map(ToString::to_string));
    }

    fn tell(&mut self, error: Option<String>) {
        if let Some(request_id) = self.request_id.take() {
            self.watcher.tell(FunctionHappening::Ended { environment: self.environment, request_id, error });
        }
    }
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        self.tell(Some("the caller cancelled the invocation".to_owned()));
    }
}
