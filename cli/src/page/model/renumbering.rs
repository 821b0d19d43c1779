//! Keeps the texts of a run within bounds.

use super::ledger::Ledger;
use super::state::Model;
use super::texts::Text;

impl Model {
    /// The texts of a run may be without end: those that only forgotten rows had are forgotten, and everyone who looks gets
    /// the whole document.
    pub(super) fn bound_texts(&mut self) {
        if self.ledger.texts.len() > self.most_texts {
            self.renumber();
            self.most_texts = self.most_texts.max(2 * self.ledger.texts.len());
        }
    }

    pub(super) fn renumber(&mut self) {
        let records = self.records.table.iter().flat_map(|(_, it)| [it.stream, it.shard, it.key, it.format]);
        let spans = self.spans.table.iter().flat_map(|(_, it)| [it.service, it.name]);
        let errors = self.attempts.iter().map(|(_, it)| it.error);
        let invocations = self.invocations.table.iter().flat_map(|(_, it)| [it.shard, it.error]);
        let through = self.records.shards().flat_map(|(stream, shard)| [stream, shard]);
        let shards = self.shards.texts().chain(self.aside.texts()).chain(self.mappings.iter().map(|it| it.stream));
        let used: Vec<Text> =
            records.chain(spans).chain(errors).chain(invocations).chain(through).chain(shards).collect();
        let Ledger { cursor, texts, .. } = &mut self.ledger;
        let renumbered = texts.renumber(*cursor, used);
        self.ledger.epoch = self.ledger.cursor;
        self.records.renumber(&renumbered);
        self.aside.renumber(&renumbered);
        self.shards.renumber(&renumbered);
        self.spans.renumber(&renumbered);
        self.attempts.values_mut().for_each(|it| renumbered.apply(&mut it.error));
        self.invocations.renumber(&renumbered);
        self.mappings.iter_mut().for_each(|it| renumbered.apply(&mut it.stream));
    }
}
