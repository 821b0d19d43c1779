//! What is going on now, as it stands in every document and every change.

use serde_json::{Value, json};

use super::record::Record;
use super::state::Model;

impl Model {
    /// As it stands in every document and every change.
    pub(in crate::page) fn present(&self) -> Value {
        // Where nobody reads, nothing waits.
        let is_read = |stream| self.mappings.iter().any(|it| it.enabled && it.stream == stream);
        let since = |id| self.records.table.get(id).map(Record::since);
        let shard = |request: &str| {
            let invocation = self.invocations.of_request(request).and_then(|id| self.invocations.table.get(id));
            invocation.map_or("", |invocation| self.ledger.texts.text(invocation.shard))
        };
        let hangs_for = self.present.collector_hangs.saturating_sub(self.ledger.now());
        json!({
            "series": self.present.series.document(&self.ledger),
            "shards": self.shards.present(&self.ledger, (is_read, since), &self.aside),
            "environments": self.environments.document(&self.ledger, shard),
            "collector": {
                "hangs_for_ms": hangs_for.div_ceil(1_000), "spans": self.present.spans,
                "dropped": self.present.dropped,
            },
            "totals": self.present.totals.document(),
            "failures": self.present.failures(&self.ledger),
        })
    }
}
