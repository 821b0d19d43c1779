//! A stream in small: what was committed, in which shard, in which order.

use std::collections::BTreeMap;
use std::fmt;

use kinetrace::HashKey;

/// A record: its key, and its position within it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Item {
    pub(super) key: char,
    pub(super) number: u8,
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.key, self.number)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Stream {
    /// Parents before their children.
    shards: Vec<Shard>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Shard {
    parents: Vec<usize>,
    first: u128,
    last: u128,
    is_open: bool,
    /// By key: of the order between keys, nothing is promised.
    committed: BTreeMap<char, Vec<Item>>,
}

impl Stream {
    pub(super) fn new() -> Self {
        let mut stream = Self { shards: Vec::new() };
        stream.open(&[], 0, u128::MAX);
        stream
    }

    fn open(&mut self, parents: &[usize], first: u128, last: u128) {
        parents.iter().for_each(|parent| self.shards[*parent].is_open = false);
        let parents = parents.to_vec();
        self.shards.push(Shard { parents, first, last, is_open: true, committed: BTreeMap::new() });
    }

    /// Whether it has ever been split.
    pub(super) fn has_children(&self) -> bool {
        self.shards.len() > 1
    }

    /// The shard that takes records of this place now.
    pub(super) fn shard_of(&self, place: HashKey) -> usize {
        let place = u128::from(place);
        let has = |shard: &Shard| shard.is_open && (shard.first..=shard.last).contains(&place);
        self.shards.iter().position(has).expect("the open shards have all places")
    }

    /// Appends records, one after the other, and returns their shard.
    pub(super) fn commit(&mut self, place: HashKey, items: impl IntoIterator<Item = Item>) -> usize {
        let shard = self.shard_of(place);
        for item in items {
            self.shards[shard].committed.entry(item.key).or_default().push(item);
        }
        shard
    }

    /// Two children take over from the shard that has this place.
    pub(super) fn split(&mut self, place: HashKey) {
        let parent = self.shard_of(place);
        let Shard { first, last, .. } = self.shards[parent];
        let middle = first + (last - first) / 2;
        if first < last {
            self.open(&[parent], first, middle);
            self.open(&[parent], middle + 1, last);
        }
    }

    /// One child takes over from the shard that has this place and the one after it, if there is one.
    pub(super) fn merge(&mut self, place: HashKey) {
        let left = self.shard_of(place);
        let Some(next) = self.shards[left].last.checked_add(1) else { return };
        let right = self.shard_of(next.into());
        self.open(&[left, right], self.shards[left].first, self.shards[right].last);
    }

    pub(super) fn is_in(&self, shard: usize, item: Item) -> bool {
        self.shards[shard].committed.get(&item.key).is_some_and(|committed| committed.contains(&item))
    }

    pub(super) fn is_anywhere(&self, item: Item) -> bool {
        (0..self.shards.len()).any(|shard| self.is_in(shard, item))
    }

    /// What was committed of a key, shard by shard, parents before their children.
    pub(super) fn committed(&self, key: char) -> Vec<(usize, Item)> {
        let of_key = |(index, shard): (usize, &Shard)| {
            let committed = shard.committed.get(&key).into_iter().flatten();
            committed.map(|item| (index, *item)).collect::<Vec<_>>()
        };
        self.shards.iter().enumerate().flat_map(of_key).collect()
    }

    /// The first time that a reader meets each record of a key.
    pub(super) fn first_occurrences(&self, key: char) -> Vec<(usize, Item)> {
        let mut first: Vec<(usize, Item)> = Vec::new();
        for (shard, item) in self.committed(key) {
            if first.iter().all(|(_, known)| *known != item) {
                first.push((shard, item));
            }
        }
        first
    }

    /// A record that readers meet after a later one: in one shard, or in a shard after its parent.
    pub(super) fn overtaken(&self, key: char, counts: impl Fn(Item) -> bool) -> Option<Item> {
        let mut first = self.first_occurrences(key);
        first.retain(|(_, item)| counts(*item));
        let is_overtaken = |(index, (shard, item)): (usize, &(usize, Item))| {
            first[..index].iter().any(|(before, earlier)| earlier > item && self.descends(*shard, *before))
        };
        first.iter().enumerate().find(|it| is_overtaken(*it)).map(|(_, (_, item))| *item)
    }

    /// Whether a shard is another one, or comes from it.
    fn descends(&self, shard: usize, from: usize) -> bool {
        shard == from || self.shards[shard].parents.iter().any(|parent| self.descends(*parent, from))
    }
}
