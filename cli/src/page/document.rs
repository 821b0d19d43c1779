//! The one JSON shape of the live page, its changes, and the report.
//!
//! Times are microseconds after `origin`, which is in microseconds since the Unix epoch. A table is `{"first": n, "columns":
//! {"name": [..], …}}`: row i of all columns together has the number `first + i`. Texts that repeat are places in `texts`.
//! Of columns that a table names in `sums`, each value is how much more it is than the one before it that is not null.
//! A change has only the members in which something is new. `states`, `amended` and `ended` change rows that were sent before,
//! `oldest` tells which rows are forgotten, and `present` is the whole of it each time. A viewer that
//! asks for changes since a cursor that is too old gets a whole document, of kind `live`, in the place of what it has.

use serde_json::{Value, json};

use super::about;
use super::json::Object;
use super::kept::Kept;
use super::model::Model;
use super::model::{attempts, invocation, logs, record, spans};
use super::verdict::verdict;

/// How the data of a page is read; a page that knows another one shows nothing wrong.
const VERSION: u32 = 1;

impl Model {
    /// All of it, as JSON.
    pub(crate) fn document(&self) -> String {
        text(self.write("live", None, &Kept::everything(), |_| {}))
    }

    /// What has changed since the cursor of a document or of other changes, as JSON.
    pub(crate) fn changes(&self, since: u64) -> String {
        if self.knows(since) {
            text(self.write("change", Some(since), &Kept::everything(), |_| {}))
        } else {
            self.document()
        }
    }

    /// Whether it is known what has changed since the cursor.
    pub(crate) fn knows(&self, since: u64) -> bool {
        since >= self.ledger.epoch
            && since <= self.ledger.cursor
            && self.records.states.remember(since)
            && self.records.amended.remember(since)
            && self.invocations.ended.remember(since)
    }

    /// The cursor of what there is now.
    pub(crate) fn cursor(&self) -> u64 {
        self.ledger.cursor
    }

    /// What is new, and what `rest` adds to it.
    pub(super) fn write(
        &self,
        kind: &str,
        since: Option<u64>,
        kept: &Kept,
        rest: impl FnOnce(&mut Object<'_>),
    ) -> Vec<u8> {
        let mut json = Vec::new();
        let mut object = Object::begin(&mut json);
        object.member("version", &VERSION);
        object.member("kind", kind);
        object.member("cursor", &self.ledger.cursor);
        object.member("now", &self.ledger.after_origin(self.ledger.now()));
        object.member("origin", &self.ledger.origin().to_string());
        if since.is_none() {
            object.member("title", &self.title);
        }
        about::write(self, &mut object, since);
        self.write_records(&mut object, since, kept);
        self.write_attempts(&mut object, since, kept);
        self.write_invocations(&mut object, since, kept);
        self.write_spans(&mut object, since, kept);
        object.member("oldest", &self.oldest());
        object.member("present", &self.present());
        if let Some((at, verdict_now)) = &self.verdict
            && since.is_none_or(|since| since < *at)
        {
            object.member("verdict", &verdict(self, verdict_now));
        }
        rest(&mut object);
        drop(object);
        json
    }

    fn write_records(&self, object: &mut Object<'_>, since: Option<u64>, kept: &Kept) {
        let table = &self.records.table;
        let added = table.added_since(since);
        let shown = |(id, row)| (row, kept.of_record(id));
        if since.is_none() || added < table.next() {
            let mut records = object.object("records");
            records.member("first", &added);
            sums(&mut records, kept, &record::SUMS);
            record::columns(&mut records, &self.ledger, kept.sums, table.from(added).map(shown));
        }
        let Some(since) = since else { return };
        let rows = |ids: Vec<u64>| ids.into_iter().filter_map(|id| Some((id, table.get(id)?))).collect::<Vec<_>>();
        let states = rows(self.records.states.since(since, table.first(), added));
        if !states.is_empty() {
            let mut object = object.object("states");
            object.list("records", states.iter().map(|(id, _)| id));
            object.list("state", states.iter().map(|(_, record)| record.state as u8));
        }
        let amended = rows(self.records.amended.since(since, table.first(), added));
        if !amended.is_empty() {
            let mut object = object.object("amended");
            object.list("records", amended.iter().map(|(id, _)| id));
            record::columns(&mut object, &self.ledger, kept.sums, amended.iter().copied().map(shown));
        }
    }

    fn write_attempts(&self, object: &mut Object<'_>, since: Option<u64>, kept: &Kept) {
        let added = self.attempts.added_since(since);
        if since.is_none() || added < self.attempts.next() {
            let mut attempts = object.object("attempts");
            attempts.member("first", &added);
            sums(&mut attempts, kept, &attempts::SUMS);
            let rows = self.attempts.from(added).map(|(_, row)| {
                let shown = kept.of_record(row.record);
                // Most attempts are in the trace of their record, which says it already.
                let of_record = self.records.table.get(row.record).map(|record| record.trace);
                (row, (shown.trace && (shown.span || of_record != Some(row.trace)), shown.span))
            });
            attempts::columns(&mut attempts, &self.ledger, kept.sums, rows);
        }
    }

    fn write_invocations(&self, object: &mut Object<'_>, since: Option<u64>, kept: &Kept) {
        let table = &self.invocations.table;
        let added = table.added_since(since);
        if since.is_none() || added < table.next() {
            let mut invocations = object.object("invocations");
            invocations.member("first", &added);
            sums(&mut invocations, kept, &invocation::SUMS);
            let rows = table.from(added).map(|(id, row)| (row, kept.has_request(id, row.newest)));
            invocation::columns(&mut invocations, &self.ledger, kept.sums, rows);
        }
        let Some(since) = since else { return };
        let ids = self.invocations.ended.since(since, table.first(), added);
        let rows: Vec<_> = ids.into_iter().filter_map(|id| Some((id, table.get(id)?))).collect();
        if !rows.is_empty() {
            let mut ended = object.object("ended");
            ended.list("invocations", rows.iter().map(|(id, _)| id));
            ended.list("end", rows.iter().map(|(_, it)| it.end.map(|at| self.ledger.after_origin(at))));
            ended.list("outcome", rows.iter().map(|(_, it)| it.outcome as u8));
            ended.list("error", rows.iter().map(|(_, it)| it.error));
            ended.list("request", rows.iter().map(|(_, it)| &*it.request));
            ended.list("environment", rows.iter().map(|(_, it)| it.environment));
        }
    }

    fn write_spans(&self, object: &mut Object<'_>, since: Option<u64>, kept: &Kept) {
        let table = &self.spans.table;
        let added = table.added_since(since).max(kept.span_rows_from);
        if since.is_none() || added < table.next() {
            let mut spans = object.object("spans");
            spans.member("first", &added.min(table.next()));
            sums(&mut spans, kept, &spans::SUMS);
            spans::columns(&mut spans, &self.ledger, kept.sums, table.from(added).map(|(_, row)| row));
        }
        let table = &self.logs.table;
        let added = table.added_since(since).max(kept.logs_from);
        if since.is_none() || added < table.next() {
            let mut logs = object.object("logs");
            logs.member("first", &added.min(table.next()));
            logs::columns(&mut logs, &self.ledger, table.from(added).map(|(_, row)| row));
        }
    }

    fn oldest(&self) -> Value {
        json!({
            "records": self.records.table.first(), "attempts": self.attempts.first(),
            "invocations": self.invocations.table.first(), "spans": self.spans.table.first(),
            "logs": self.logs.table.first(),
        })
    }
}

/// Names the columns of a table that are differences.
fn sums(table: &mut Object<'_>, kept: &Kept, columns: &[&str]) {
    if kept.sums {
        table.member("sums", columns);
    }
}

/// What serde writes is UTF-8.
fn text(json: Vec<u8>) -> String {
    String::from_utf8(json).unwrap_or_default()
}
