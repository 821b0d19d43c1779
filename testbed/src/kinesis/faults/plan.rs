//! Faults by a seed: a pure function of it, the number of the put, and the places of the put's entries.

use std::ops::RangeInclusive;
use std::time::Duration;

use fastrand::Rng;
use kinetrace::HashKey;

use super::decision::{Decision, EntryFault, Fault};

/// How long a put waits that touches the slow shard, if it meets its slowness.
pub const SLOWNESS: Duration = Duration::from_millis(20);

/// The part of the hash space that the slow shard has: one in so many.
const SLOW_PART: u128 = 8;

/// The most puts that go before one that is late.
const LATEST: u8 = 16;

/// How much goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// A few in a hundred, as on a bad day.
    Light,
    /// A third of all calls, and an eighth of all entries: so much that each fault meets each kind of record.
    Heavy,
}

/// In a thousand.
#[derive(Debug)]
struct Rates {
    calls: [(Fault, u16); 10],
    entries: [(EntryFault, u16); 2],
    slow: u16,
}

const LIGHT: Rates = Rates {
    calls: [
        (Fault::Throttled, 10),
        (Fault::ErrorBefore, 5),
        (Fault::Unavailable, 5),
        (Fault::ErrorAfter, 10),
        (Fault::HangBefore, 2),
        (Fault::HangAfter, 3),
        (Fault::ResetBefore, 5),
        (Fault::ResetAfter, 5),
        (Fault::Duplicate, 10),
        (Fault::Late, 5),
    ],
    entries: [(EntryFault::Throttled, 10), (EntryFault::InternalFailure, 5)],
    slow: 50,
};

/// Hangs are rare, for each costs the client the whole time after which it gives up.
const HEAVY: Rates = Rates {
    calls: [
        (Fault::Throttled, 60),
        (Fault::ErrorBefore, 30),
        (Fault::Unavailable, 20),
        (Fault::ErrorAfter, 50),
        (Fault::HangBefore, 10),
        (Fault::HangAfter, 15),
        (Fault::ResetBefore, 30),
        (Fault::ResetAfter, 40),
        (Fault::Duplicate, 60),
        (Fault::Late, 40),
    ],
    entries: [(EntryFault::Throttled, 80), (EntryFault::InternalFailure, 40)],
    slow: 300,
};

/// All faults of a seed.
#[derive(Debug)]
pub struct Plan {
    seed: u64,
    rates: &'static Rates,
    slow_shard: RangeInclusive<HashKey>,
}

impl Plan {
    /// The faults of this seed.
    pub fn new(seed: u64, level: Level) -> Self {
        let rates = match level {
            Level::Light => &LIGHT,
            Level::Heavy => &HEAVY,
        };
        let width = u128::MAX / SLOW_PART;
        let first = width * Rng::with_seed(seed).u128(0..SLOW_PART);
        Self { seed, rates, slow_shard: first.into()..=(first + width).into() }
    }

    /// What happens to the put that is the `call`-th, from 0, whose entries go to these places.
    pub fn decide(&self, call: u64, places: impl IntoIterator<Item = HashKey>) -> Decision {
        // Neighbouring numbers must not make for similar faults.
        let mut random = Rng::with_seed(self.seed.rotate_left(32) ^ call.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let fault = draw(&mut random, &self.rates.calls);
        let (late_by, tells_second) = (random.u8(1..=LATEST), random.bool());
        let is_slow = random.u16(0..1000) < self.rates.slow;
        let mut touches_slow_shard = false;
        let mut entry = |place| {
            touches_slow_shard |= self.slow_shard.contains(&place);
            draw(&mut random, &self.rates.entries)
        };
        let entries = places.into_iter().map(&mut entry).collect();
        let delay = (is_slow && touches_slow_shard).then_some(SLOWNESS);
        Decision { fault, entries, delay, late_by, tells_second }
    }
}

/// One of these, or none, by rates in a thousand.
pub(crate) fn draw<T: Copy>(random: &mut Rng, rates: &[(T, u16)]) -> Option<T> {
    let mut left = random.u16(0..1000);
    for &(fault, rate) in rates {
        match left.checked_sub(rate) {
            Some(rest) => left = rest,
            None => return Some(fault),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn places(count: usize) -> impl Iterator<Item = HashKey> {
        (0..count).map(|n| HashKey::of(&n.to_string()))
    }

    fn decisions(level: Level, calls: u64, entries: usize) -> Vec<Decision> {
        let plan = Plan::new(7, level);
        (0..calls).map(|call| plan.decide(call, places(entries))).collect()
    }

    #[test]
    fn every_fault_occurs_as_often_as_its_rate_says() {
        for (level, rates) in [(Level::Light, &LIGHT), (Level::Heavy, &HEAVY)] {
            let decisions = decisions(level, 20_000, 2);
            let within = |count: usize, expected: usize| count.abs_diff(expected) <= expected / 3;
            for &(fault, rate) in &rates.calls {
                let count = decisions.iter().filter(|decision| decision.fault == Some(fault)).count();
                assert!(within(count, 20 * usize::from(rate)), "{level:?} {fault:?}: {count}, at {rate} in a thousand");
            }
            for &(fault, rate) in &rates.entries {
                let count = decisions.iter().flat_map(|it| &it.entries).filter(|it| **it == Some(fault)).count();
                assert!(within(count, 40 * usize::from(rate)), "{level:?} {fault:?}: {count}, at {rate} in a thousand");
            }
        }
    }

    #[test]
    fn the_rates_name_each_fault_once_and_leave_room_for_success() {
        for rates in [&LIGHT, &HEAVY] {
            assert_eq!(rates.calls.map(|(fault, _)| fault), Fault::ALL);
            assert_eq!(rates.entries.map(|(fault, _)| fault), EntryFault::ALL);
            assert!(rates.calls.iter().map(|(_, rate)| rate).sum::<u16>() < 500);
            assert!(rates.calls.iter().all(|(_, rate)| *rate > 0));
        }
    }

    #[test]
    fn only_puts_that_touch_the_slow_shard_are_slow() {
        let plan = Plan::new(7, Level::Heavy);
        let (inside, outside): (Vec<_>, Vec<_>) = places(100).partition(|place| plan.slow_shard.contains(place));
        let slow =
            |places: &[HashKey]| (0..200).filter(|call| plan.decide(*call, places.to_vec()).delay.is_some()).count();
        assert!(inside.len() > 3 && slow(&inside) > 20 && slow(&outside) == 0);
    }

    proptest! {
        #[test]
        fn the_same_seed_gives_the_same_plan(seed: u64, calls in prop::collection::vec((any::<u64>(), 0..9_usize), 1..9)) {
            let of = |seed| {
                let plan = Plan::new(seed, Level::Heavy);
                calls.iter().map(|&(call, entries)| plan.decide(call, places(entries))).collect::<Vec<_>>()
            };
            prop_assert_eq!(of(seed), of(seed));
        }

        #[test]
        fn another_seed_gives_another_plan(seed: u64) {
            let of = |seed| (0..100).map(|call| Plan::new(seed, Level::Heavy).decide(call, places(9))).collect::<Vec<_>>();
            prop_assert_ne!(of(seed), of(seed.wrapping_add(1)));
        }

        #[test]
        fn the_fate_of_a_call_does_not_depend_on_its_number_of_entries(seed: u64, call: u64) {
            let plan = Plan::new(seed, Level::Heavy);
            let [few, many] = [1, 50].map(|count| plan.decide(call, places(count)));
            prop_assert_eq!((few.fault, &few.entries[..]), (many.fault, &many.entries[..1]));
        }
    }
}
