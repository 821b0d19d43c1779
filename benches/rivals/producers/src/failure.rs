//! Why something does not run.

pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;
