//! What is said of a history at its end.

use super::checker::Checker;
use super::completeness::Lack;
use super::index::Index;
use super::property::Property;
use super::verdict::Verdict;
use super::{non_interference, placement};

impl Checker {
    /// The verdict on all lines.
    pub fn finish(mut self) -> Verdict {
        self.conclude();
        self.verdict
    }

    /// The verdict on all lines, and what is another than in a run over the same input, for instance without tracing: the
    /// same record, by key and place in the key, must have had the same shard, payload and outcome. Names of streams and ids
    /// of producers may differ. Neither run may have settled anything before its end.
    pub fn finish_beside(mut self, mut baseline: Self) -> (Verdict, Property) {
        let (other, index) = (self.conclude(), baseline.conclude());
        let difference = non_interference::compare((&index, &baseline.names), (&other, &self.names));
        (self.verdict, difference)
    }

    fn conclude(&mut self) -> Index {
        let index = self.settle(None);
        self.say_what_placement_means();
        let completeness = &mut self.verdict.completeness;
        for (is_there, lack) in [(self.has_puts, Lack::Puts), (self.has_processings, Lack::Processings)] {
            if !is_there {
                completeness.add(lack, 1, || None);
            }
        }
        let unnamed = self.functions.unnamed();
        if unnamed > 0 {
            completeness.add(Lack::Functions, unnamed, || None);
        }
        index
    }

    /// It depends on what the history describes.
    pub(super) fn say_what_placement_means(&mut self) {
        self.verdict.placement.meaning = placement::meaning(!(self.shards.is_empty() && self.topics.is_empty()));
    }
}
