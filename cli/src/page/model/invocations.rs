//! The invocations that are kept, and how those in flight are named.

use std::collections::HashMap;
use std::sync::Arc;

use kinetrace::SequenceNumber;

use super::changes::Changes;
use super::invocation::{Invocation, Outcome};
use super::table::Table;
use super::texts::{EMPTY, Renumbered, Text};

#[derive(Debug, Default)]
pub(in crate::page) struct Invocations {
    pub(in crate::page) table: Table<Invocation>,
    /// Which have ended, or got a name.
    pub(in crate::page) ended: Changes,
    /// Those in flight, by mapping and number.
    in_flight: HashMap<(usize, u64), u64>,
    by_request: HashMap<Arc<str>, u64>,
    /// Those that were over before their names came. What mappings and what functions report comes by different ways.
    unnamed: HashMap<(usize, u64), u64>,
    /// Names that came before their invocations.
    names: HashMap<(usize, u64), (Arc<str>, u32)>,
}

impl Invocations {
    pub(in crate::page) fn begin(&mut self, cursor: u64, number: u64, invocation: Invocation) {
        let mapping = invocation.mapping;
        let id = self.table.push(cursor, invocation);
        self.in_flight.insert((mapping, number), id);
        if let Some((request, environment)) = self.names.remove(&(mapping, number)) {
            self.name(cursor, (mapping, number), (&request, environment));
        }
    }

    /// An invocation that is over, as far as a history tells.
    pub(in crate::page) fn push(&mut self, cursor: u64, invocation: Invocation) -> u64 {
        self.table.push(cursor, invocation)
    }

    pub(in crate::page) fn of_request(&self, request: &str) -> Option<u64> {
        self.by_request.get(request).copied()
    }

    /// Gives an invocation its request.
    pub(in crate::page) fn name(&mut self, cursor: u64, place: (usize, u64), (request, environment): (&str, u32)) {
        let Some(id) = self.in_flight.get(&place).copied().or_else(|| self.unnamed.remove(&place)) else {
            self.names.insert(place, (request.into(), environment));
            return;
        };
        let Some(invocation) = self.table.get_mut(id) else { return };
        (invocation.request, invocation.environment) = (request.into(), Some(environment));
        self.by_request.insert(Arc::clone(&invocation.request), id);
        self.ended.add(cursor, id);
    }

    /// Ends an invocation, and tells its shard and the numbers of its records.
    pub(in crate::page) fn end(
        &mut self,
        cursor: u64,
        place: (usize, u64),
        (at, outcome, error): (u64, Outcome, Text),
    ) -> Option<(Text, Vec<SequenceNumber>)> {
        let id = self.in_flight.remove(&place)?;
        let invocation = self.table.get_mut(id)?;
        (invocation.end, invocation.outcome) = (Some(at), outcome);
        // What the environment says of it, if it was first, says more.
        if invocation.error == EMPTY {
            invocation.error = error;
        }
        if invocation.request.is_empty() {
            self.unnamed.insert(place, id);
        }
        self.ended.add(cursor, id);
        Some((invocation.shard, std::mem::take(&mut invocation.records)))
    }

    /// The environment has not answered.
    pub(in crate::page) fn failed(&mut self, cursor: u64, request: &str, error: Text) {
        let id = self.of_request(request);
        if let Some(invocation) = id.and_then(|id| self.table.get_mut(id)) {
            invocation.error = error;
            id.into_iter().for_each(|id| self.ended.add(cursor, id));
        }
    }

    /// Forgets the first ones whose records are all before `first`, and those of which there are too many.
    pub(in crate::page) fn forget(&mut self, first: u64, most: usize) {
        let is_old = |it: &Invocation| it.end.is_some() && it.newest < first;
        while self.table.len() > most || self.table.front().is_some_and(is_old) {
            if let Some(invocation) = self.table.pop() {
                self.by_request.remove(&invocation.request);
                if invocation.request.is_empty() {
                    self.unnamed.retain(|_, id| self.table.get(*id).is_some());
                }
            }
        }
    }

    pub(in crate::page) fn renumber(&mut self, texts: &Renumbered) {
        for invocation in self.table.values_mut() {
            texts.apply(&mut invocation.shard);
            texts.apply(&mut invocation.error);
        }
    }
}

#[cfg(test)]
mod tests {
    use kinetrace_testbed::event_source_mapping::Cause;

    use super::*;

    fn invocation() -> Invocation {
        Invocation {
            mapping: 0,
            number: Some(7),
            shard: EMPTY,
            request: "".into(),
            environment: None,
            lane: 0,
            start: 1,
            end: None,
            outcome: Outcome::InFlight,
            cause: Cause::Fresh,
            attempt: 1,
            size: 0,
            error: EMPTY,
            newest: 0,
            records: Vec::new(),
        }
    }

    /// The mapping begins and ends an invocation, and the function says which environment has it: by another way.
    #[test]
    fn an_invocation_gets_its_name_whenever_that_comes() {
        let steps: [fn(&mut Invocations); 3] = [
            |it| it.begin(1, 7, invocation()),
            |it| _ = it.end(2, (0, 7), (9, Outcome::Succeeded, EMPTY)),
            |it| it.name(3, (0, 7), ("request", 4)),
        ];
        for order in [[0, 2, 1], [0, 1, 2], [2, 0, 1]] {
            let mut invocations = Invocations::default();
            order.into_iter().for_each(|step| steps[step](&mut invocations));
            let id = invocations.of_request("request");
            let named = id.and_then(|id| invocations.table.get(id)).map(|it| (it.environment, it.end));
            assert_eq!(named, Some((Some(4), Some(9))), "{order:?}");
            assert!(invocations.unnamed.is_empty() && invocations.names.is_empty(), "{order:?}");
        }
    }
}
