//! The functions that read a stream: each has to keep every property by itself.

use std::collections::{BTreeMap, HashMap};

use super::names::Name;
use super::processing::Processing;

/// A function; `None` for lines that name none, as lines did once.
pub(super) type Function = Option<Name>;

/// Which functions read which stream, with how many lines.
#[derive(Debug, Clone, Default)]
pub(super) struct Functions(HashMap<Name, BTreeMap<Function, u64>>);

impl Functions {
    pub(super) fn insert(&mut self, processing: &Processing) {
        *self.0.entry(processing.stream).or_default().entry(processing.function).or_default() += 1;
    }

    /// Whose processing it is. A line without a name is of the one function that others name: the function was updated.
    pub(super) fn of(&self, processing: &Processing) -> Function {
        let named = || self.named(processing.stream);
        match processing.function {
            None if named().count() == 1 => named().next(),
            function => function,
        }
    }

    /// Those that have to process every record of the stream. One at least: where no line is of a processing, something
    /// has to miss the records.
    pub(super) fn that_read(&self, stream: Name) -> Vec<Function> {
        let named: Vec<_> = self.named(stream).map(Some).collect();
        if named.is_empty() { vec![None] } else { named }
    }

    /// Those that have lines.
    pub(super) fn that_processed(&self, stream: Name) -> Vec<Function> {
        let has_unnamed = self.0.get(&stream).is_some_and(|functions| functions.contains_key(&None));
        let unnamed = (has_unnamed && self.named(stream).count() != 1).then_some(None);
        self.named(stream).map(Some).chain(unnamed).collect()
    }

    /// How many lines do not say of which of several functions they are.
    pub(super) fn unnamed(&self) -> u64 {
        let are_several = |stream: &Name| self.named(*stream).count() > 1;
        let unnamed =
            self.0.iter().filter(|(stream, _)| are_several(stream)).map(|(_, functions)| functions.get(&None));
        unnamed.flatten().sum()
    }

    fn named(&self, stream: Name) -> impl Iterator<Item = Name> {
        self.0.get(&stream).into_iter().flatten().filter_map(|(function, _)| *function)
    }
}
