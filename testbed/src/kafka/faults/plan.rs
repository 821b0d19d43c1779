//! Faults by a seed: a pure function of it and of the number of the request.

use std::time::Duration;

use fastrand::Rng;

use super::decision::{Decision, Fault};
use crate::kinesis::faults::Level;
use crate::kinesis::faults::plan::draw;

/// How long a request of a client over its quota waits: less than the time after which clients of a comparison give up.
pub const THROTTLED: Duration = Duration::from_millis(20);

/// In a thousand.
#[derive(Debug)]
struct Rates {
    calls: [(Fault, u16); Fault::ALL.len()],
    throttled: u16,
}

const LIGHT: Rates = Rates {
    calls: [
        (Fault::ErrorBefore, 15),
        (Fault::Unavailable, 10),
        (Fault::ErrorAfter, 10),
        (Fault::HangBefore, 2),
        (Fault::HangAfter, 3),
        (Fault::ResetBefore, 5),
        (Fault::ResetAfter, 5),
    ],
    throttled: 20,
};

/// Hangs are rare, for each costs the client the whole time after which it gives up.
const HEAVY: Rates = Rates {
    calls: [
        (Fault::ErrorBefore, 120),
        (Fault::Unavailable, 100),
        (Fault::ErrorAfter, 60),
        (Fault::HangBefore, 10),
        (Fault::HangAfter, 15),
        (Fault::ResetBefore, 40),
        (Fault::ResetAfter, 50),
    ],
    throttled: 50,
};

/// All faults of a seed.
#[derive(Debug)]
pub struct Plan {
    seed: u64,
    rates: &'static Rates,
}

impl Plan {
    /// The faults of this seed.
    pub fn new(seed: u64, level: Level) -> Self {
        let rates = match level {
            Level::Light => &LIGHT,
            Level::Heavy => &HEAVY,
        };
        Self { seed, rates }
    }

    /// What happens to the request that is the `call`-th, from 0.
    pub fn decide(&self, call: u64) -> Decision {
        // Neighbouring numbers must not make for similar faults.
        let mut random = Rng::with_seed(self.seed.rotate_left(32) ^ call.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let fault = draw(&mut random, &self.rates.calls);
        let throttled = (random.u16(0..1000) < self.rates.throttled).then_some(THROTTLED);
        Decision { fault, throttled }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_occurs_as_often_as_its_rate_says_and_success_is_the_rule() {
        for (level, rates) in [(Level::Light, &LIGHT), (Level::Heavy, &HEAVY)] {
            assert_eq!(rates.calls.map(|(fault, _)| fault), Fault::ALL);
            assert!(rates.calls.iter().map(|(_, rate)| rate).sum::<u16>() < 500);
            let plan = Plan::new(7, level);
            let decisions: Vec<_> = (0..20_000).map(|call| plan.decide(call)).collect();
            let within = |count: usize, rate: u16| count.abs_diff(20 * usize::from(rate)) <= 20 * usize::from(rate) / 3;
            for (fault, rate) in rates.calls {
                let count = decisions.iter().filter(|decision| decision.fault == Some(fault)).count();
                assert!(rate > 0 && within(count, rate), "{level:?} {fault:?}: {count}, at {rate} in a thousand");
            }
            let throttled = decisions.iter().filter(|decision| decision.throttled.is_some()).count();
            assert!(within(throttled, rates.throttled), "{level:?}: {throttled}");
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_plan_and_another_seed_another() {
        let of = |seed| (0..200).map(|call| Plan::new(seed, Level::Heavy).decide(call)).collect::<Vec<_>>();
        assert_eq!(of(7), of(7));
        assert_ne!(of(7), of(8));
    }
}
