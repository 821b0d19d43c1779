//! What is going on now, and how much has gone on so far.

use std::collections::VecDeque;

use serde_json::{Value, json};

use super::ledger::Ledger;
use super::series::Series;
use super::standing::State;

/// So many failures are shown.
const FAILURES: usize = 50;

/// Of the text of a failure, so much is shown.
const LONGEST: usize = 1_000;

/// Counts of the whole run, of what is forgotten too.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(in crate::page) struct Totals {
    pub(in crate::page) put: u64,
    /// Processings that succeeded.
    pub(in crate::page) processed: u64,
    pub(in crate::page) failed: u64,
    /// Processings of records that had been processed before.
    pub(in crate::page) again: u64,
    pub(in crate::page) lost: u64,
    pub(in crate::page) discarded: u64,
    pub(in crate::page) invocations: u64,
}

impl Totals {
    pub(in crate::page) fn moved(&mut self, from: State, to: State) {
        self.lost = (self.lost + u64::from(to == State::Lost)).saturating_sub(u64::from(from == State::Lost));
    }

    pub(in crate::page) fn document(self) -> Value {
        let Self { put, processed, failed, again, lost, discarded, invocations } = self;
        json!({
            "put": put, "processed": processed, "failed": failed, "again": again, "lost": lost,
            "discarded": discarded, "invocations": invocations,
        })
    }
}

#[derive(Debug)]
pub(in crate::page) struct Present {
    pub(in crate::page) series: Series,
    pub(in crate::page) totals: Totals,
    pub(in crate::page) spans: u64,
    /// Spans and log records that came faster than they were taken.
    pub(in crate::page) dropped: u64,
    /// Until when.
    pub(in crate::page) collector_hangs: u64,
    failures: VecDeque<(u64, String)>,
}

impl Present {
    pub(in crate::page) fn sliding() -> Self {
        Self::with(Series::sliding())
    }

    pub(in crate::page) fn whole() -> Self {
        Self::with(Series::whole())
    }

    fn with(series: Series) -> Self {
        Self { series, totals: Totals::default(), spans: 0, dropped: 0, collector_hangs: 0, failures: VecDeque::new() }
    }

    pub(in crate::page) fn failed(&mut self, at: u64, mut text: String) {
        text.truncate(text.floor_char_boundary(LONGEST));
        self.failures.push_back((at, text));
        if self.failures.len() > FAILURES {
            self.failures.pop_front();
        }
    }

    pub(in crate::page) fn failures(&self, ledger: &Ledger) -> Vec<Value> {
        self.failures.iter().map(|(at, text)| json!({"at": ledger.after_origin(*at), "text": text})).collect()
    }
}
