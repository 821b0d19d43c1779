//! What is done with lines when enough of them are there, and at the end.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::checker::Checker;
use super::foreign;
use super::index::Index;
use super::names::KeyId;
use super::processing::Processing;
use super::settled::Settled;
use super::settling::{Ripeness, Settling};
use super::{
    gaps, no_loss, no_overlap, non_interference, passed, placement, process_order, stream_order, trace, unplaced,
};

impl Checker {
    /// Checks what can be settled, and keeps the rest: what is older than the horizon, or everything if there is none.
    pub(super) fn settle(&mut self, horizon: Option<u64>) -> Index {
        let (mut puts, mut processings) = (std::mem::take(&mut self.puts), std::mem::take(&mut self.processings));
        puts.retain(|put| !self.settled.get(&put.key).is_some_and(|settled| settled.has(put.order)));
        unplaced::place(self, &puts, &mut processings);
        let mut index = Index::new(puts, processings, &self.names);
        let mut apart = foreign::take_copies(self, &mut index, horizon);
        if horizon.is_none() {
            index.add_missing(&mut self.names);
            foreign::take(self, &mut index, &mut apart);
        }
        let mut is_settled = vec![false; index.puts.len()];
        for (key, records) in index.keys() {
            let mut shared = self.settled.remove(&key).unwrap_or_default();
            let settled = Arc::make_mut(&mut shared);
            self.sweep(key, settled, index.of_records(&records), apart.remove(&key).unwrap_or_default(), horizon);
            let chosen = self.settle_key(key, &records, &mut index, settled, horizon);
            is_settled[records.clone()].copy_from_slice(&chosen);
            match horizon {
                None => gaps::tell(self, key, settled, &index, &records),
                Some(_) => drop(self.settled.insert(key, shared)),
            }
        }
        for (key, processings) in apart {
            let mut settled = self.settled.remove(&key).unwrap_or_default();
            self.sweep(key, Arc::make_mut(&mut settled), &mut [], processings, horizon);
            self.settled.insert(key, settled);
        }
        match horizon {
            None => gaps::tell_settled(self),
            Some(_) => (self.puts, self.processings) = index.without(&is_settled),
        }
        index
    }

    /// Looks for overlaps among the processings of a key: those of its records, which it marks, and others.
    fn sweep(
        &mut self,
        key: KeyId,
        settled: &mut Settled,
        own: &mut [Processing],
        mut others: Vec<Processing>,
        horizon: Option<u64>,
    ) {
        let is_due = |it: &Processing| !it.is_swept && horizon.is_none_or(|horizon| it.end < horizon);
        let mut by_function = BTreeMap::<_, Vec<_>>::new();
        for processing in own.iter_mut().chain(&mut others).filter(|it| is_due(it)) {
            processing.is_swept = true;
            by_function.entry(self.functions.of(processing)).or_default().push(&*processing);
        }
        for (function, mut processings) in by_function {
            no_overlap::believe_own_lines(&mut processings);
            processings.sort_by_key(|it| (it.start, it.end));
            let sweep = &mut settled.function(function).no_overlap;
            let (property, tolerance) = (&mut self.verdict.no_overlap, self.settings.tolerance());
            let undecided = no_overlap::check(property, sweep, processings.into_iter(), key, tolerance, &self.names);
            self.verdict.forgotten.undecided += undecided;
        }
    }

    /// Checks those records of a key that can be settled; which ones, is returned.
    fn settle_key(
        &mut self,
        key: KeyId,
        range: &Range<usize>,
        index: &mut Index,
        settled: &mut Settled,
        horizon: Option<u64>,
    ) -> Vec<bool> {
        let Self { names, shards, topics, functions, verdict, .. } = self;
        let stream = names.stream_of(key);
        let records: Vec<_> = range.clone().map(|record| index.record(record)).collect();
        let chosen = match horizon {
            None => vec![true; records.len()],
            Some(horizon) => Ripeness { functions, shards, stream, horizon }.choose(&records),
        };
        let marks = passed::marks(&records, &chosen, (shards, stream));
        let records =
            records.into_iter().zip(&chosen).filter(|(_, chosen)| **chosen).map(|(record, _)| record).collect();
        let tolerance = self.settings.tolerance();
        let mut it = Settling { key, stream, records, settled, names, shards, topics, functions, tolerance };
        no_loss::check(&mut verdict.no_loss, &it);
        placement::check(&mut verdict.placement, &mut it);
        stream_order::check(&mut verdict.stream_order, &mut it);
        process_order::check(&mut verdict.process_order, &mut it);
        passed::check(verdict, &it);
        non_interference::check(&mut verdict.non_interference, &it);
        trace::check(&mut verdict.trace, &it);
        for record in &it.records {
            let positions = record.positions();
            verdict.totals.add(record, functions);
            it.settled.settle(record.put, &positions, || passed::of(record, (shards, stream)));
            positions.iter().filter(|_| horizon.is_some()).for_each(|position| self.last.reach(stream, *position));
        }
        marks.into_iter().for_each(|(record, mark)| index.puts[range.start + record].passed = Some(Box::new(mark)));
        chosen
    }
}
