//! What every traced Lambda function needs, without the Lambda runtime: a check of where it runs, the invocation's span,
//! and a flush between the response and the next invocation.

mod environment;
mod error;
mod flush;
mod invocation;

pub use environment::{NotInLambda, check_environment};
pub use error::Error;
pub use flush::{Flush, FlushLayer};
pub use invocation::Invocation;
