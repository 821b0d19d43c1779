//! One record of a history: its put, and every time it was processed.

use super::functions::{Function, Functions};
use super::names::Names;
use super::position::Position;
use super::processing::Processing;
use super::put::Put;
use crate::printable::Printable;

/// A record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'i> {
    pub(super) put: &'i Put,
    /// In the order of their starts.
    pub(super) processings: &'i [Processing],
}

impl<'i> Record<'i> {
    /// The one that counts: what comes after it is a redelivery. A handler's decision to skip the record is one; that of a
    /// mapping's filters is not.
    pub(super) fn first_success(&self) -> Option<&'i Processing> {
        self.processings.iter().find(|processing| processing.is_success())
    }

    /// The first after which nothing is expected of its function.
    pub(super) fn first_done(&self) -> Option<&'i Processing> {
        self.processings.iter().find(|processing| processing.is_done())
    }

    /// The first success of one function.
    pub(super) fn first_success_of(&self, function: Function, functions: &Functions) -> Option<&'i Processing> {
        self.processings.iter().find(|it| it.is_success() && functions.of(it) == function)
    }

    /// Whether the function has processed it, its handler has skipped it, or it is not to get it. Where lines do not say whose they are, they may be anyone's.
    pub(super) fn is_done_by(&self, function: Function, functions: &Functions) -> bool {
        self.processings.iter().any(|it| it.is_done() && [function, None].contains(&functions.of(it)))
    }

    /// Where copies of the record stand, as far as is known: where the producer was told, then where consumers found
    /// others, for instance of a put whose answer was lost.
    pub(super) fn positions(&self) -> Vec<Position> {
        let found = || self.processings.iter().map(|processing| processing.found);
        let told = self.put.told.map(|told| {
            // Of its place in an aggregate, who took that apart knows better.
            let within = found().find(|found| found.whole() == told.whole() && found.within().is_some());
            within.unwrap_or(told)
        });
        let mut positions = Vec::with_capacity(1);
        for position in told.into_iter().chain(found()) {
            if !positions.contains(&position) {
                positions.push(position);
            }
        }
        positions
    }

    /// For people.
    pub(super) fn show(&self, names: &Names) -> String {
        let Put { key, order, .. } = self.put;
        let (stream, group) = (names.text(names.stream_of(*key)), names.group_of(*key));
        let position = self.positions().first().map(|position| format!(", {}", position.show(names)));
        format!(
            "record {} of key {} (stream {}, producer {}{})",
            order.sequence,
            show_key(group),
            Printable(stream),
            order.producer,
            position.unwrap_or_default()
        )
    }
}

impl Processing {
    /// Its invocation, for people.
    pub(super) fn show_request(&self, names: &Names) -> String {
        let request = self.request.text(names);
        let function = self.function.map(|function| format!(" of function {}", Printable(names.text(function))));
        format!("request {}{}", Printable(&request), function.unwrap_or_default())
    }
}

/// In quotation marks, on one line.
pub(super) fn show_key(group: &str) -> String {
    format!("\"{}\"", Printable(group))
}
