//! Rows that are added at the end and forgotten at the front.

use std::collections::VecDeque;

/// Rows, numbered from 0 in the order in which they were added.
#[derive(Debug)]
pub(in crate::page) struct Table<T> {
    first: u64,
    rows: VecDeque<Row<T>>,
}

#[derive(Debug)]
struct Row<T> {
    /// The cursor with which it came.
    added: u64,
    value: T,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self { first: 0, rows: VecDeque::new() }
    }
}

impl<T> Table<T> {
    /// Adds a row, and returns its number.
    pub(in crate::page) fn push(&mut self, cursor: u64, value: T) -> u64 {
        self.rows.push_back(Row { added: cursor, value });
        self.next() - 1
    }

    /// Forgets the first row.
    pub(in crate::page) fn pop(&mut self) -> Option<T> {
        let row = self.rows.pop_front()?;
        self.first += 1;
        Some(row.value)
    }

    pub(in crate::page) fn front(&self) -> Option<&T> {
        self.rows.front().map(|row| &row.value)
    }

    /// The number of the first row that is not forgotten.
    pub(in crate::page) fn first(&self) -> u64 {
        self.first
    }

    /// The number that the next row gets.
    pub(in crate::page) fn next(&self) -> u64 {
        self.first + self.rows.len() as u64
    }

    pub(in crate::page) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(in crate::page) fn get(&self, id: u64) -> Option<&T> {
        self.rows.get(self.index(id)?).map(|row| &row.value)
    }

    pub(in crate::page) fn get_mut(&mut self, id: u64) -> Option<&mut T> {
        let index = self.index(id)?;
        self.rows.get_mut(index).map(|row| &mut row.value)
    }

    /// All rows with their numbers.
    pub(in crate::page) fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, &T)> + ExactSizeIterator + Clone {
        self.from(self.first)
    }

    /// The rows from this number on.
    pub(in crate::page) fn from(
        &self,
        id: u64,
    ) -> impl DoubleEndedIterator<Item = (u64, &T)> + ExactSizeIterator + Clone {
        let skipped = self.index(id.max(self.first)).unwrap_or(usize::MAX).min(self.rows.len());
        let rows = self.rows.range(skipped..);
        let first = self.first + skipped as u64;
        rows.enumerate().map(move |(index, row)| (first + index as u64, &row.value))
    }

    pub(in crate::page) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.rows.iter_mut().map(|row| &mut row.value)
    }

    /// The number of the first row that was added after the cursor.
    pub(in crate::page) fn added_since(&self, since: Option<u64>) -> u64 {
        self.first + since.map_or(0, |since| self.rows.partition_point(|row| row.added <= since)) as u64
    }

    fn index(&self, id: u64) -> Option<usize> {
        usize::try_from(id.checked_sub(self.first)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_numbers_when_those_before_them_are_forgotten() {
        let mut table = Table::default();
        for cursor in 1..=4 {
            table.push(cursor, cursor * 10);
        }
        assert_eq!([None, Some(2), Some(4)].map(|since| table.added_since(since)), [0, 2, 4]);
        table.pop();
        assert_eq!((table.first(), table.next(), table.get(0), table.get(1)), (1, 4, None, Some(&20)));
        assert_eq!(table.from(3).collect::<Vec<_>>(), [(3, &40)]);
        assert_eq!((table.from(0).len(), table.from(9).len()), (3, 0));
    }
}
