//! Everything that the page shows, of as many records as are kept.
//!
//! ```text
//! lines ──────▶ put, process ─┐
//! happenings ─▶ watch ────────┼─▶ tables (records, attempts, invocations, spans, logs), present, verdict ─▶ document
//! spans, logs ────────────────┘
//! ```
//!
//! Whatever is added or changed gets the next number of one count, the cursor, so that those who look get only what is new.

mod about;
mod aside;
pub(super) mod attempts;
mod carried;
mod changes;
mod environments;
mod finish;
mod forgetting;
pub(super) mod ids;
mod intake;
pub(super) mod invocation;
mod invocations;
mod lanes;
pub(super) mod ledger;
pub(super) mod logs;
mod mapping;
mod now;
mod present;
mod process;
mod put;
pub(super) mod record;
mod records;
mod renumbering;
mod series;
mod shards;
pub(super) mod spans;
mod standing;
mod state;
mod table;
pub(super) mod texts;
mod watch;

pub(crate) use about::{FunctionAbout, MappingAbout};
pub(crate) use state::Model;
