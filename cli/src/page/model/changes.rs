//! Which rows have changed when.

use std::collections::VecDeque;

/// So many are remembered at least: more than a minute of a busy run.
const REMEMBERED: usize = 1 << 17;

/// Rows that changed after they were added, of the recent past.
#[derive(Debug, Default)]
pub(in crate::page) struct Changes {
    /// Cursor and row: ascending by cursor.
    log: VecDeque<(u64, u64)>,
    /// Changes until then are forgotten.
    forgotten: u64,
}

impl Changes {
    pub(in crate::page) fn add(&mut self, cursor: u64, row: u64) {
        if self.log.back() == Some(&(cursor, row)) {
            return;
        }
        self.log.push_back((cursor, row));
        if self.log.len() > REMEMBERED
            && let Some((cursor, _)) = self.log.pop_front()
        {
            self.forgotten = cursor;
        }
    }

    /// Whether it is known what has changed since then.
    pub(in crate::page) fn remember(&self, since: u64) -> bool {
        since >= self.forgotten
    }

    /// The rows from `first` until `added` that have changed after the cursor, each once.
    pub(in crate::page) fn since(&self, since: u64, first: u64, added: u64) -> Vec<u64> {
        let begin = self.log.partition_point(|(cursor, _)| *cursor <= since);
        let changed = self.log.range(begin..).map(|(_, row)| *row);
        let mut rows: Vec<_> = changed.filter(|row| (first..added).contains(row)).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_changed_is_named_once_unless_it_is_sent_whole_or_forgotten() {
        let mut changes = Changes::default();
        for (cursor, row) in [(5, 0), (6, 3), (6, 1), (7, 1), (7, 9)] {
            changes.add(cursor, row);
        }
        assert_eq!(changes.since(4, 0, 8), [0, 1, 3]);
        assert_eq!(changes.since(5, 2, 8), [3], "rows 0 and 1 are forgotten, and row 9 was added since");
        assert!(changes.since(7, 0, 10).is_empty());
    }

    #[test]
    fn changes_that_are_forgotten_are_known_to_be() {
        let mut changes = Changes::default();
        for cursor in 1..=REMEMBERED as u64 + 2 {
            changes.add(cursor, 0);
        }
        assert!(!changes.remember(1) && changes.remember(2));
    }
}
