//! What is to run, whether a template says it or flags do.

pub(crate) mod mapping_properties;

use std::path::PathBuf;
use std::time::Duration;

use kinetrace_testbed::event_source_mapping::Settings;

/// Streams, functions and the mappings between them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Deployment {
    pub(crate) streams: Vec<StreamPlan>,
    pub(crate) functions: Vec<FunctionPlan>,
    pub(crate) mappings: Vec<MappingPlan>,
    /// What is not understood, or has no effect here, each by name.
    pub(crate) notes: Vec<Note>,
}

/// A stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StreamPlan {
    pub(crate) name: String,
    pub(crate) shards: u16,
}

/// A function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FunctionPlan {
    /// Its name in URLs, commands and on the page: the logical id in a template.
    pub(crate) name: String,
    pub(crate) program: Program,
    /// The variables that the template or flags give it.
    pub(crate) env: Vec<(String, String)>,
    pub(crate) timeout: Duration,
    pub(crate) memory_mb: u32,
    /// How many environments it may have; `None` is as many as its callers need.
    pub(crate) reserved_concurrency: Option<u16>,
}

/// What an environment of a function starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Program {
    pub(crate) command: PathBuf,
    pub(crate) args: Vec<String>,
    /// Its working directory.
    pub(crate) directory: Option<PathBuf>,
    /// `_HANDLER`.
    pub(crate) handler: String,
    /// Files whose change is a new build.
    pub(crate) watched: Vec<PathBuf>,
}

/// Lambda reads a shard once a second: <https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html#kinesis-polling-and-batching>.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// An event source mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MappingPlan {
    pub(crate) stream: String,
    pub(crate) function: String,
    pub(crate) settings: Settings,
    /// Whether it reads.
    pub(crate) enabled: bool,
    /// Whether discarded batches go somewhere: here, into a folder.
    pub(crate) on_failure: Option<OnFailure>,
}

impl MappingPlan {
    /// One with what AWS takes for properties that are left out, and with AWS's pace of reading: the testbed's own is faster,
    /// for tests.
    pub(crate) fn new(stream: impl Into<String>, function: impl Into<String>) -> Self {
        let (stream, function) = (stream.into(), function.into());
        let settings = Settings { poll_interval: POLL_INTERVAL, ..Settings::default() };
        Self { stream, function, settings, enabled: true, on_failure: None }
    }
}

/// In whose shape discarded batches are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnFailure {
    /// Of SQS and SNS: without the records.
    Queue,
    /// Of S3: with the event.
    Bucket,
}

/// Something in a template, or among the flags, that is different here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Note {
    /// Where it stands, such as `Resources.ConsumerFunction.Properties.Tracing`.
    pub(crate) place: String,
    /// What that means here.
    pub(crate) text: String,
}
