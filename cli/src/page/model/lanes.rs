//! Which lane of its shard an invocation is in, where nobody has told.

/// The first lane in which nothing is in flight any more. The spans of time have to be in the order of their starts.
pub(super) fn pack(spans: impl Iterator<Item = (u64, u64)>) -> Vec<usize> {
    let mut free_from: Vec<u64> = Vec::new();
    let lane = |(start, end): (u64, u64)| {
        let lane = free_from.iter().position(|free| *free <= start).unwrap_or_else(|| {
            free_from.push(0);
            free_from.len() - 1
        });
        free_from[lane] = end;
        lane
    };
    spans.map(lane).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invocations_that_overlap_are_in_different_lanes_and_others_share_the_first_that_is_free() {
        let spans = [(0, 10), (2, 5), (5, 9), (6, 7), (10, 12)];
        assert_eq!(pack(spans.into_iter()), [0, 1, 1, 2, 0]);
    }
}
