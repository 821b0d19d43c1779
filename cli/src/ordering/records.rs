//! The records of a run: those of the file, again and again, without holding more than the file.

use kinetrace::Record;

/// So many records, in the order of the file, which begins anew when it is at its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Records<'a> {
    file: &'a [Record],
    count: usize,
}

impl<'a> Records<'a> {
    /// `count` of them, or the file once.
    pub(super) fn new(file: &'a [Record], count: Option<usize>) -> Self {
        Self { file, count: if file.is_empty() { 0 } else { count.unwrap_or(file.len()) } }
    }

    pub(super) fn len(self) -> usize {
        self.count
    }

    /// The records from one place to before another.
    pub(super) fn range(self, begin: usize, end: usize) -> impl Iterator<Item = &'a Record> {
        let of_file = self.file.iter().cycle().skip(begin % self.file.len().max(1));
        of_file.take(end.min(self.count).saturating_sub(begin))
    }

    pub(super) fn iter(self) -> impl Iterator<Item = &'a Record> {
        self.range(0, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_repeated_as_often_as_it_takes() {
        let file: Vec<_> = ["a", "b", "c"].map(|key| Record::new(key, *b"{}")).into();
        let keys = |records: Records<'_>| records.iter().map(|it| it.partition_key.clone()).collect::<String>();
        let table = [(None, "abc"), (Some(1), "a"), (Some(3), "abc"), (Some(8), "abcabcab")];
        for (count, expected) in table {
            let records = Records::new(&file, count);
            assert_eq!((keys(records).as_str(), records.len()), (expected, expected.len()), "{count:?}");
        }
        let chunk = Records::new(&file, Some(8)).range(4, 20);
        assert_eq!(chunk.map(|it| it.partition_key.as_str()).collect::<String>(), "bcab");
        assert_eq!(Records::new(&[], Some(8)).iter().count(), 0);
    }
}
