//! What is seen of records from outside, where a function or a producer does not tell itself.
//!
//! ```text
//! put ───────▶ part ─▶ puts ────────┐
//!                └▶ known           ├─▶ lines, unless their own come in time
//! happenings ─▶ invocations ────────┘
//! ```
//!
//! All of it is pure: what time it is, it is told.

mod attempts;
mod invocations;
mod known;
mod own_first;
mod part;
mod places;
mod puts;
mod recent;
mod running;

pub(super) use invocations::{Invocations, Mapped};
pub(super) use known::Known;
pub(super) use part::{Part, parts};
pub(super) use puts::{Puts, Seen as SeenPut};
pub(super) use recent::hash;

/// How long a line from outside waits for the same one from inside, in microseconds. A line of a function comes through a pipe,
/// and within milliseconds, unless the machine is busy.
pub(super) const PATIENCE: u64 = 2_000_000;
