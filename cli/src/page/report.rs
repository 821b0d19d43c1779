//! A page with its data inside, in a file of bounded size.
//!
//! Random ids do not compress, and a record has half a dozen of them. What does not fit is left out, from the oldest on, and
//! named; what is remarkable keeps everything.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::html;
use super::kept::Kept;
use super::model::Model;
use super::packed::packed;
use super::remarkable;
use super::room::{Counts, Kind, costs};

/// What a file may have, in bytes: a little less than 5 MiB.
const LARGEST: usize = 4_900_000;

/// So often a smaller one is tried, because it is estimated what things take.
const TRIES: u32 = 5;

/// Not even a page of one record is small enough.
#[derive(Debug, thiserror::Error)]
#[error(
    "the page is larger than {largest} bytes even with {records} of the {all} records that --keep leaves: leave --spans out, or \
     give a part of --history"
)]
pub(crate) struct ReportError {
    largest: usize,
    records: usize,
    all: usize,
}

/// The file, and what is not in it.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) html: String,
    pub(crate) omitted: Vec<String>,
}

impl Report {
    /// Of a run that is over. The model forgets what even the smallest page of it has no room for.
    ///
    /// # Errors
    ///
    /// If a page of one record has no room for what is around it: shards, traces, the text of its error.
    pub(crate) fn of(model: &mut Model) -> Result<Self, ReportError> {
        Self::within(model, LARGEST)
    }

    pub(super) fn within(model: &mut Model, largest: usize) -> Result<Self, ReportError> {
        let all = model.records.table.len();
        let before = model.records.table.first();
        // Base64 makes four bytes of three.
        let room = largest.saturating_sub(html::page(&model.title, Some("")).len()) / 4 * 3;
        loop {
            let draft = Draft { model, remarkable: remarkable::records(model), forgotten: before, room };
            if let Some((data, omitted)) = draft.fill() {
                return Ok(Self { html: html::page(&model.title, Some(&data)), omitted });
            }
            // There are too many that are remarkable.
            let records = model.records.table.len();
            model.forget_all_but(records * 3 / 4);
            if model.records.table.len() == records {
                return Err(ReportError { largest, records, all });
            }
        }
    }
}

/// A page that may be too large.
struct Draft<'m> {
    model: &'m Model,
    remarkable: HashSet<u64>,
    /// So many records were forgotten because the run had more than are kept.
    forgotten: u64,
    /// For the deflated document, in bytes.
    room: usize,
}

impl Draft<'_> {
    /// The data with the most that fits, and what is not in it; `None` if not even the least does.
    fn fill(&self) -> Option<(String, Vec<String>)> {
        let (all, costs) = (Counts::all(self.model), costs(self.model));
        let room = self.room as u64;
        if all.cost(&costs) <= float(room)
            && let Some(whole) = self.written(&all)
        {
            return Some(whole);
        }
        let least = packed(&self.json(&Counts::none())).len() / 4 * 3;
        let mut left = float(room.checked_sub(least as u64)?);
        for _ in 0..TRIES {
            if let Some(written) = self.written(&Counts::within(&all, &costs, left)) {
                return Some(written);
            }
            left *= 0.85;
        }
        self.written(&Counts::none())
    }

    /// `None` if it does not fit.
    fn written(&self, counts: &Counts) -> Option<(String, Vec<String>)> {
        let data = packed(&self.json(counts));
        (data.len() / 4 * 3 <= self.room).then(|| (data, self.omitted(counts)))
    }

    fn json(&self, counts: &Counts) -> Vec<u8> {
        let kept = Kept {
            remarkable: self.remarkable.clone(),
            remarkable_invocations: remarkable::invocations(self.model, &self.remarkable),
            sums: true,
            ..counts.kept(self.model)
        };
        self.model.write("report", None, &kept, |object| {
            let mut details = object.object("details");
            details.member("records", &self.record_details());
            details.member("traces", &self.trace_details(counts.of(Kind::Details)));
            drop(details);
            object.member("omitted", &self.omitted(counts));
        })
    }

    /// Of records whose bytes are known: those of a history are not.
    fn record_details(&self) -> Map<String, Value> {
        let ids = self.remarkable.iter();
        ids.filter_map(|id| Some((id.to_string(), self.model.record_details(*id)?))).collect()
    }

    /// Of the traces of remarkable records, and of so many others, the latest.
    fn trace_details(&self, count: u64) -> Map<String, Value> {
        let remarkable = self.remarkable.iter().filter_map(|id| self.model.records.table.get(*id));
        let remarkable = remarkable.map(|record| record.trace).filter(|trace| !trace.is_none());
        let traces = self.model.spans.traces().into_iter().rev();
        let latest = traces.take(usize::try_from(count).unwrap_or(usize::MAX));
        let ids: HashSet<_> = remarkable.chain(latest).collect();
        ids.into_iter().filter_map(|id| Some((id.to_string(), self.model.trace_details(id)?))).collect()
    }

    /// What the page says of what is not in it.
    fn omitted(&self, counts: &Counts) -> Vec<String> {
        let all = Counts::all(self.model);
        let first = self.model.records.table.first();
        let because = "the file would be too large";
        let kept_out =
            (self.forgotten > 0).then(|| format!("the first {} records: see --keep", digits(self.forgotten)));
        let too_many = (first > self.forgotten)
            .then(|| format!("{} more records before the others: {because}", digits(first - self.forgotten)));
        let missing = |(kind, of, what): (Kind, &str, &str)| {
            let (own, all) = (counts.of(kind), all.of(kind));
            (own < all).then(|| format!("{of}{} of {} {what}: {because}", digits(all - own), digits(all)))
        };
        let kinds = [
            (Kind::Sequences, "sequence numbers of ", "records"),
            (Kind::Traces, "trace ids of ", "records"),
            (Kind::Ids, "span and request ids of ", "records"),
            (Kind::Spans, "", "spans"),
            (Kind::Logs, "", "log lines"),
            (Kind::Details, "attributes and events of ", "traces"),
        ];
        kept_out.into_iter().chain(too_many).chain(kinds.into_iter().filter_map(missing)).collect()
    }
}

#[allow(clippy::cast_precision_loss, reason = "far below 2^53")]
fn float(count: u64) -> f64 {
    count as f64
}

/// For people: `12,345`.
fn digits(count: u64) -> String {
    let digits = count.to_string();
    let group = |(index, digit): (usize, char)| {
        let comma = (index > 0 && (digits.len() - index).is_multiple_of(3)).then_some(',');
        comma.into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(group).collect()
}
