//! What there is in a run: functions, and mappings between streams and them.

use kinetrace_testbed::event_source_mapping::Settings;

use super::texts::Text;

/// A function, as the page introduces it.
#[derive(Debug, Clone)]
pub(crate) struct FunctionAbout {
    pub(crate) name: String,
    pub(crate) url: Option<String>,
    pub(crate) command: String,
    pub(crate) timeout_ms: u64,
}

/// A mapping, as the page introduces it.
#[derive(Debug, Clone)]
pub(crate) struct MappingAbout {
    pub(crate) stream: String,
    /// The function's place.
    pub(crate) function: usize,
    pub(crate) settings: Settings,
    /// Whether it reads its stream.
    pub(crate) enabled: bool,
}

/// A mapping, as it is kept.
#[derive(Debug)]
pub(in crate::page) struct Mapping {
    pub(in crate::page) stream: Text,
    pub(in crate::page) function: usize,
    /// `None` if it is known from a history only.
    pub(in crate::page) settings: Option<Settings>,
    /// Whether it reads its stream. Nothing waits for one that does not.
    pub(in crate::page) enabled: bool,
}
