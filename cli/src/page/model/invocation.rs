//! An invocation, as a row of the page.

use std::sync::Arc;

use kinetrace::SequenceNumber;
use kinetrace_testbed::event_source_mapping::Cause;

use super::ledger::Ledger;
use super::texts::Text;
use crate::page::json::Object;

/// How an invocation ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::page) enum Outcome {
    #[default]
    InFlight = 0,
    Succeeded = 1,
    Partial = 2,
    Failed = 3,
}

/// A row of the page.
#[derive(Debug, Clone)]
pub(in crate::page) struct Invocation {
    pub(in crate::page) mapping: usize,
    /// Its number there, which ascends from 0; `None` if nobody saw it. Commands name it by that.
    pub(in crate::page) number: Option<u64>,
    pub(in crate::page) shard: Text,
    pub(in crate::page) request: Arc<str>,
    pub(in crate::page) environment: Option<u32>,
    pub(in crate::page) lane: usize,
    pub(in crate::page) start: u64,
    pub(in crate::page) end: Option<u64>,
    pub(in crate::page) outcome: Outcome,
    pub(in crate::page) cause: Cause,
    pub(in crate::page) attempt: u32,
    pub(in crate::page) size: usize,
    pub(in crate::page) error: Text,
    /// The latest of its records: while that is kept, the invocation is.
    pub(in crate::page) newest: u64,
    /// The numbers of its records, while it is in flight. Their rows may be others when it ends.
    pub(in crate::page) records: Vec<SequenceNumber>,
}

/// Those that may be sums.
pub(in crate::page) const SUMS: [&str; 2] = ["start", "end"];

/// The columns of rows, and whether the id of the request is shown.
pub(in crate::page) fn columns<'a>(
    object: &mut Object<'_>,
    ledger: &Ledger,
    sums: bool,
    rows: impl Iterator<Item = (&'a Invocation, bool)> + Clone,
) {
    let mut columns = object.object("columns");
    let own = rows.clone().map(|(invocation, _)| invocation);
    columns.list("mapping", own.clone().map(|it| it.mapping));
    columns.list("shard", own.clone().map(|it| it.shard));
    columns.list("request", rows.map(|(it, shown)| if shown { &*it.request } else { "" }));
    columns.list("environment", own.clone().map(|it| it.environment));
    columns.list("lane", own.clone().map(|it| it.lane));
    columns.numbers("start", sums, own.clone().map(|it| Some(ledger.after_origin(it.start))));
    columns.numbers("end", sums, own.clone().map(|it| it.end.map(|at| ledger.after_origin(at))));
    columns.list("outcome", own.clone().map(|it| it.outcome as u8));
    columns.list("cause", own.clone().map(|it| cause(it.cause)));
    columns.list("attempt", own.clone().map(|it| it.attempt));
    columns.list("size", own.clone().map(|it| it.size));
    columns.list("error", own.clone().map(|it| it.error));
    columns.list("number", own.map(|it| it.number));
}

fn cause(cause: Cause) -> u8 {
    match cause {
        Cause::Retry => 1,
        Cause::Bisected => 2,
        Cause::Redelivery => 3,
        Cause::Window => 4,
        // Of causes that this program does not know, nothing else can be said.
        _ => 0,
    }
}
