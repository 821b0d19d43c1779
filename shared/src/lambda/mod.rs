//! What every traced Lambda function needs, without the Lambda runtime: a check of where it runs and of its variables,
//! the invocation's span, flushes between a response and the next invocation, the last one, and panics.

mod course;
mod deadline;
mod environment;
mod error;
#[cfg(unix)]
mod extension;
mod flush;
mod invocation;
pub(crate) mod last_flush;
mod log_controls;
mod panics;
mod variables;

pub use deadline::deadline;
pub use environment::{EnvironmentError, check_environment};
pub use error::Error;
pub use flush::{Flush, FlushLayer};
pub use invocation::Invocation;
pub use last_flush::{LastFlush, register_last_flush};
pub use log_controls::LogControls;
pub use panics::report_panics;
pub use variables::read_variables;
