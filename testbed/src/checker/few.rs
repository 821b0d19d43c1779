//! Maps of a few entries, of which there are as many as keys.

/// Sorted, in a vector. A tree begins with room for eleven entries, and a vector that grows by itself with room for four.
#[derive(Debug, Clone)]
pub(super) struct Few<K, V>(Vec<(K, V)>);

/// From so many on, they are no longer few, and room is made for as many again.
const MANY: usize = 4;

impl<K, V> Default for Few<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord + Copy, V> Few<K, V> {
    pub(super) fn get(&self, key: K) -> Option<&V> {
        self.find(key).ok().map(|place| &self.0[place].1)
    }

    /// The value, if there is one value only.
    pub(super) fn only(&self) -> Option<&V> {
        match &self.0[..] {
            [(_, value)] => Some(value),
            _ => None,
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        self.0.iter().map(|(key, value)| (*key, value))
    }

    pub(super) fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.or_insert_with(key, V::default)
    }

    pub(super) fn or_insert_with(&mut self, key: K, value: impl FnOnce() -> V) -> &mut V {
        let place = self.find(key).unwrap_or_else(|place| {
            if self.0.len() == self.0.capacity() {
                self.0.reserve_exact(if self.0.len() < MANY { 1 } else { self.0.len() });
            }
            self.0.insert(place, (key, value()));
            place
        });
        &mut self.0[place].1
    }

    fn find(&self, key: K) -> Result<usize, usize> {
        self.0.binary_search_by_key(&key, |(other, _)| *other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_few_entries_need_is_all_the_room_that_is_taken_for_them() {
        let mut few = Few::default();
        assert_eq!((few.get(1), few.only()), (None, None));
        for (count, key) in (1..).zip([5, 1, 9]) {
            *few.or_insert_with(key, || 0) += 10 * key;
            *few.or_default(key) += 1;
            assert_eq!((few.0.len(), few.0.capacity()), (count, count));
            assert_eq!(few.only(), (count == 1).then_some(&51));
        }
        assert_eq!(few.iter().collect::<Vec<_>>(), [(1, &11), (5, &51), (9, &91)]);
        assert_eq!([0, 1, 5, 9].map(|key| few.get(key)), [None, Some(&11), Some(&51), Some(&91)]);
    }
}
