//! What functions write, and what they and others log by OpenTelemetry.

use kinetrace_testbed::environment::LogStream;

use super::ids::TraceId;
use super::ledger::Ledger;
use super::table::Table;
use crate::page::json::Object;

/// So many lines are kept, and so many bytes of them.
const LINES: usize = 50_000;
const BYTES: usize = 16 << 20;

/// Of a line, so much is shown.
const LONGEST: usize = 16 << 10;

/// Who wrote a line.
#[derive(Debug)]
pub(in crate::page) enum Source {
    /// A function, in an environment, during a request if that is not empty.
    Function { function: usize, environment: u32, stream: LogStream, request: String },
    /// A service, by OpenTelemetry.
    Service { service: String, trace: TraceId },
}

/// A row of the page.
#[derive(Debug)]
pub(in crate::page) struct Row {
    pub(in crate::page) at: u64,
    pub(in crate::page) source: Source,
    pub(in crate::page) line: String,
}

impl Row {
    pub(in crate::page) fn request(&self) -> &str {
        if let Source::Function { request, .. } = &self.source { request } else { "" }
    }

    fn service(&self) -> &str {
        if let Source::Service { service, .. } = &self.source { service } else { "" }
    }

    fn trace(&self) -> TraceId {
        if let Source::Service { trace, .. } = self.source { trace } else { TraceId::default() }
    }

    fn environment(&self) -> Option<(usize, u32)> {
        if let Source::Function { function, environment, .. } = self.source {
            Some((function, environment))
        } else {
            None
        }
    }

    /// 0 for standard output, 1 for standard error, 2 for OpenTelemetry.
    fn stream(&self) -> u8 {
        match self.source {
            Source::Function { stream: LogStream::Stdout, .. } => 0,
            Source::Function { stream: LogStream::Stderr, .. } => 1,
            Source::Service { .. } => 2,
        }
    }
}

#[derive(Debug, Default)]
pub(in crate::page) struct Logs {
    pub(in crate::page) table: Table<Row>,
    bytes: usize,
}

impl Logs {
    pub(in crate::page) fn push(&mut self, cursor: u64, mut row: Row) {
        if row.line.len() > LONGEST {
            row.line.truncate(row.line.floor_char_boundary(LONGEST));
            row.line.push('…');
        }
        self.bytes += size(&row);
        self.table.push(cursor, row);
        while self.table.len() > LINES || self.bytes > BYTES {
            self.pop();
        }
    }

    fn pop(&mut self) {
        self.bytes -= self.table.pop().map_or(0, |row| size(&row));
    }
}

fn size(row: &Row) -> usize {
    size_of::<Row>() + row.request().len() + row.service().len() + row.line.len()
}

/// The columns of rows.
pub(in crate::page) fn columns<'a>(
    object: &mut Object<'_>,
    ledger: &Ledger,
    rows: impl Iterator<Item = &'a Row> + Clone,
) {
    let mut columns = object.object("columns");
    columns.list("function", rows.clone().map(|it| it.environment().map(|(function, _)| function)));
    columns.list("environment", rows.clone().map(|it| it.environment().map(|(_, environment)| environment)));
    columns.list("at", rows.clone().map(|it| ledger.after_origin(it.at)));
    columns.list("stream", rows.clone().map(Row::stream));
    columns.list("request", rows.clone().map(Row::request));
    columns.list("service", rows.clone().map(Row::service));
    columns.list("trace", rows.clone().map(Row::trace));
    columns.list("line", rows.map(|it| it.line.as_str()));
}
