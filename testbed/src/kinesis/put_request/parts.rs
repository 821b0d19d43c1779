//! A PutRecords that is larger than the emulator takes, in parts.

use std::ops::Range;

/// Entries of these sizes, in their order, so that no part is larger than the limit. An entry that is larger by itself is a part of
/// its own.
pub(super) fn parts(sizes: impl IntoIterator<Item = usize>, limit: usize) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut room = 0;
    for (index, size) in sizes.into_iter().enumerate() {
        match parts.last_mut().filter(|_| size <= room) {
            Some(part) => part.end = index + 1,
            None => {
                parts.push(index..index + 1);
                room = limit;
            }
        }
        room = room.saturating_sub(size);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sizes, and where each part begins and ends.
    type Case<'a> = (&'a [usize], &'a [(usize, usize)]);

    #[test]
    fn parts_are_as_large_as_the_limit_allows_and_have_each_entry_once_in_its_order() {
        let table: [Case<'_>; 6] = [
            (&[], &[]),
            (&[3, 3, 4], &[(0, 3)]),
            (&[3, 3, 5], &[(0, 2), (2, 3)]),
            (&[10, 10, 1], &[(0, 1), (1, 2), (2, 3)]),
            (&[11, 1, 9], &[(0, 1), (1, 3)]),
            (&[0, 10, 0, 0, 1], &[(0, 4), (4, 5)]),
        ];
        for (sizes, expected) in table {
            let parts = parts(sizes.iter().copied(), 10).into_iter().map(|part| (part.start, part.end));
            assert_eq!(parts.collect::<Vec<_>>(), expected, "{sizes:?}");
        }
    }
}
