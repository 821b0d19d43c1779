//! The Lambda function `producer`: events in, by HTTP or directly, one result per event out.
//!
//! A library only so that the command `kinetrace` and the fuzz targets can run it, and read the same events. The files
//! follow the data:
//!
//! * `run`: the process.
//! * `configuration`: where to.
//! * `function`: one invocation.
//! * `object`: the members of an invocation, as they stand.
//! * `channel`, `http`: how it was called, and what an HTTP request holds: `headers` and `body`.
//! * [`events`]: business events in a text, and the partition key of each.
//! * `request`: what it asks for; everything is read and checked before anything is published.
//! * `caller`: what of the caller's context is continued.
//! * `answer_room`: how many events that may be, so that the answer fits.
//! * `margin`: how much time is kept for that answer.
//! * `record_log`: which events have a line, and what it says.
//! * `publication`: the events on their way, each with its line as soon as its fate is known.
//! * `event_result`, `status`, `response`: what the caller is told.

mod answer_room;
mod body;
mod caller;
mod channel;
mod configuration;
mod event_result;
pub mod events;
mod function;
mod headers;
mod http;
mod margin;
mod object;
mod publication;
mod record_log;
mod request;
mod response;
mod run;
mod status;

pub use kinetrace::lambda::Error;
#[doc(hidden)]
pub use request::requested;
#[cfg(feature = "aws-config")]
pub use run::run;
pub use run::run_with;
