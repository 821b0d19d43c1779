use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::attempt::Stored;

fn stored(shard: &str) -> Attempt {
    Attempt::Stored(Stored { shard_id: shard.to_owned(), sequence_number: "1".into() })
}

fn refused() -> Attempt {
    Attempt::Refused("throttled".into())
}

fn learn(shards: &mut Shards, answers: &[(u128, Attempt)], now: Instant) {
    shards.learn(answers.iter().map(|(place, attempt)| ((*place).into(), attempt)), now, 1.0);
}

/// The places that wait at `now`.
fn quiet(shards: &Shards, places: impl IntoIterator<Item = u128>, now: Instant) -> Vec<u128> {
    let is_quiet = |place: &u128| shards.quiet_until((*place).into()).is_some_and(|until| now < until);
    places.into_iter().filter(is_quiet).collect()
}

#[test]
fn a_throttled_shard_falls_quiet_and_no_other_does() {
    let (mut shards, now) = (Shards::default(), Instant::now());
    learn(&mut shards, &[(10, stored("a")), (30, stored("a")), (50, stored("b")), (70, stored("b"))], now);
    learn(&mut shards, &[(20, refused()), (60, stored("b"))], now);
    assert_eq!(quiet(&shards, [10, 20, 30, 40, 50, 60], now), [10, 20, 30]);
    assert_eq!(quiet(&shards, [10, 20, 30], now + Duration::from_millis(50)), [0; 0]);
}

#[test]
fn a_place_of_unknown_shard_waits_for_no_shard() {
    let (mut shards, now) = (Shards::default(), Instant::now());
    learn(&mut shards, &[(20, refused())], now);
    assert_eq!(quiet(&shards, [20], now), [0; 0]);
}

/// However long it was out of order: once it takes something, it has its whole throughput again.
#[test]
fn rests_grow_while_nothing_is_taken_and_are_short_again_when_something_is() {
    let (mut shards, mut now) = (Shards::default(), Instant::now());
    let (none, some, all) = ([false, false], [false, true], [true, true]);
    let growing = [(all, 0), (none, 50), (none, 100), (none, 200), (none, 400), (none, 800), (none, 1600)];
    let at_most = [(none, 2000); 100];
    let again = [(some, 50), (some, 50), (none, 100), (all, 0), (none, 50)];
    let table = growing.into_iter().chain(at_most).chain(again);
    for (index, (took, millis)) in table.enumerate() {
        let attempt = |took| if took { stored("a") } else { refused() };
        learn(&mut shards, &[(10, attempt(took[0])), (20, attempt(took[1]))], now);
        let until = shards.quiet_until(10.into()).filter(|until| now < *until).unwrap_or(now);
        assert_eq!(until - now, Duration::from_millis(millis), "{index}");
        now = until;
    }
}

#[test]
fn refusals_of_what_was_on_its_way_already_add_nothing() {
    let (mut shards, now) = (Shards::default(), Instant::now());
    learn(&mut shards, &[(10, stored("a"))], now);
    for _ in 0..4 {
        learn(&mut shards, &[(10, refused())], now);
    }
    assert_eq!(shards.quiet_until(10.into()), Some(now + Duration::from_millis(50)));
}

#[test]
fn after_a_split_or_a_merge_the_new_shard_has_the_place() {
    let (mut shards, now) = (Shards::default(), Instant::now());
    let owner = |shards: &Shards, place: u128| shards.shard_of(place.into()).map(|(_, shard)| shard.id.clone());
    learn(&mut shards, &[(10, stored("parent")), (90, stored("parent"))], now);
    learn(&mut shards, &[(40, stored("child"))], now);
    assert_eq!([10, 40, 90].map(|place| owner(&shards, place)), [None, Some("child".to_owned()), None]);
    learn(&mut shards, &[(60, stored("sibling")), (80, stored("sibling"))], now);
    learn(&mut shards, &[(20, stored("merged")), (70, stored("merged"))], now);
    assert_eq!([20, 40, 60, 70].map(|place| owner(&shards, place).unwrap()), ["merged"; 4]);
    assert_eq!(shards.known.len(), 1);
}

/// As [`Shards::locate`] would find it if it looked at each shard that is known.
fn located(ranges: &mut Vec<(u8, u8, char)>, place: u8, id: char) {
    let own = ranges.iter().find(|range| range.2 == id).copied().unwrap_or((place, place, id));
    let (first, last) = (own.0.min(place), own.1.max(place));
    if ranges.iter().any(|range| range.2 == id && (range.0..=range.1).contains(&place)) {
        return;
    }
    ranges.retain(|range| range.2 != id && (range.1 < first || last < range.0));
    ranges.push((first, last, id));
    ranges.sort_unstable();
}

proptest! {
    #[test]
    fn shards_are_located_as_if_each_was_looked_at(answers in prop::collection::vec((any::<u8>(), 0..8_u8), 0..60)) {
        let (mut shards, mut ranges) = (Shards::default(), Vec::new());
        for (place, id) in answers {
            let id = char::from(b'a' + id);
            shards.locate(u128::from(place).into(), &id.to_string());
            located(&mut ranges, place, id);
            let known = shards.known.iter().map(|(first, shard)| (*first, shard.last, shard.id.clone()));
            let expected = ranges.iter().map(|(first, last, id)| {
                (HashKey::from(u128::from(*first)), HashKey::from(u128::from(*last)), id.to_string())
            });
            prop_assert_eq!(known.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
            let firsts = shards.known.iter().map(|(first, shard)| (shard.id.clone(), *first)).collect();
            prop_assert_eq!(&shards.firsts, &firsts);
        }
    }
}
