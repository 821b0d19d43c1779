//! What an invocation of a tumbling window hands on to the next.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// The state of a tumbling window, as JSON: it goes back as it came, to the byte. Lambda takes an answer without it for a
/// failure (<https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html>).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WindowState(Box<RawValue>);

impl WindowState {
    /// Of a window that has none yet.
    pub(crate) fn empty() -> Option<Self> {
        RawValue::from_string("{}".to_owned()).ok().map(Self)
    }
}

impl PartialEq for WindowState {
    fn eq(&self, other: &Self) -> bool {
        self.0.get() == other.0.get()
    }
}

impl Eq for WindowState {}
