//! The services of this example on one machine, with a local stream, and the traces that they make.
//!
//! * `program`: a process, and where it says that it is.
//! * `http`: requests to it.
//! * `trace`: the spans of a trace, as a tree; `page`: where they are read.
//! * `world`: all of it.

mod http;
mod page;
mod program;
mod trace;
mod world;

pub use page::Page;
pub use trace::{Span, Trace};
pub use world::{Ports, World};

/// Why something does not run.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
