//! What holds for any records, any answers and any times.

mod run;

use proptest::prelude::*;
use run::Run;

use super::*;
use crate::outbox::FailurePolicy;

/// What may happen, in any order.
#[derive(Debug, Clone)]
enum Step {
    Produce {
        key: u8,
        place: Option<u8>,
        bytes: usize,
        packable: bool,
        /// Of the batches that there are.
        batch: Option<u8>,
    },
    /// A batch with so much time.
    Begin {
        millis: u64,
    },
    /// The worker looks for batches whose time is up.
    Expire,
    Ask,
    Answer {
        request: usize,
        answer: Answer,
        random: f64,
    },
    CommitLate(usize),
    Split(u8),
    Merge(u8),
    Wait {
        millis: u64,
    },
    /// A caller learns of one record that came back.
    Tell(usize),
    Resume {
        key: u8,
    },
    /// Nothing goes any more.
    HaltAll,
}

/// What happens to a request.
#[derive(Debug, Clone)]
enum Answer {
    /// Of its entries in turn, over and over.
    Each(Vec<Outcome>),
    Invalid,
}

/// What happens to an entry.
#[derive(Debug, Clone, Copy)]
enum Outcome {
    Stored,
    Refused,
    Denied,
    Unsent,
    /// There is no answer, and it is committed now, later, or never.
    Unknown(Commit),
}

#[derive(Debug, Clone, Copy)]
enum Commit {
    Now,
    Later,
    Never,
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let commit = prop_oneof![Just(Commit::Now), Just(Commit::Later), Just(Commit::Never)];
    prop_oneof![
        4 => Just(Outcome::Stored),
        1 => Just(Outcome::Refused),
        1 => Just(Outcome::Denied),
        1 => Just(Outcome::Unsent),
        2 => commit.prop_map(Outcome::Unknown),
    ]
}

fn answer() -> impl Strategy<Value = Answer> {
    let each = prop::collection::vec(outcome(), 1..4).prop_map(Answer::Each);
    prop_oneof![30 => each, 4 => Just(Answer::Invalid)]
}

/// Some batches end while their records wait, and some end with the last of them.
fn begin() -> impl Strategy<Value = Step> {
    prop_oneof![0..3000_u64, Just(60_000)].prop_map(|millis| Step::Begin { millis })
}

fn step() -> impl Strategy<Value = Step> {
    let batch = prop::option::weighted(0.6, 0..2_u8);
    let produce = (0..5_u8, prop::option::weighted(0.3, 0..8_u8), 1..60_usize, prop::bool::weighted(0.7), batch);
    let answer = (0..4_usize, answer(), 0.0..=1.0);
    prop_oneof![
        8 => produce.prop_map(|(key, place, bytes, packable, batch)| {
            Step::Produce { key, place, bytes, packable, batch }
        }),
        2 => begin(),
        1 => Just(Step::Expire),
        5 => Just(Step::Ask),
        6 => answer.prop_map(|(request, answer, random)| Step::Answer { request, answer, random }),
        1 => (0..4_usize).prop_map(Step::CommitLate),
        1 => (0..8_u8).prop_map(Step::Split),
        1 => (0..8_u8).prop_map(Step::Merge),
        3 => (0..600_u64).prop_map(|millis| Step::Wait { millis }),
        3 => (0..4_usize).prop_map(Step::Tell),
        1 => (0..5_u8).prop_map(|key| Step::Resume { key }),
    ]
}

fn policy() -> impl Strategy<Value = Policy> {
    let failure_policy =
        prop_oneof![Just(FailurePolicy::HaltUntilReported), Just(FailurePolicy::Halt), Just(FailurePolicy::Skip)];
    let times = (prop_oneof![Just(100_u64), Just(30_000)], prop_oneof![Just(1_usize), Just(2), Just(100)]);
    let pack_bytes = kinetrace::__private::aggregation::frame_bytes("a")..400;
    (1..4_usize, 50..400_usize, pack_bytes, failure_policy, times).prop_map(
        |(entries, bytes, pack_bytes, failure_policy, (millis, max_halted))| Policy {
            limits: RequestLimits { entries, bytes, pack_bytes },
            failure_policy,
            attempt_timeout: Duration::from_millis(200),
            delivery_timeout: Duration::from_millis(millis),
            max_halted,
        },
    )
}

/// Streams whose shards stay what they are, too: only there is it certain which shard was throttled.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let is_resharding = |step: &Step| matches!(step, Step::Split(_) | Step::Merge(_));
    // What could not be left out of the vector at first, may be when the rest has become simple.
    let all = prop::collection::vec(prop::option::weighted(0.99, step()), 0..80);
    let halt_all = prop::option::weighted(0.2, 0..80_usize);
    let begins = prop::option::weighted(0.7, begin());
    (any::<bool>(), halt_all, begins, all).prop_map(move |(reshard, halt_all, begins, steps)| {
        let steps = begins.into_iter().chain(steps.into_iter().flatten());
        let mut steps: Vec<_> = steps.filter(|step| reshard || !is_resharding(step)).collect();
        if let Some(at) = halt_all {
            steps.insert(at.min(steps.len()), Step::HaltAll);
        }
        steps
    })
}

proptest! {
    // As often as it takes to come down to the few steps that matter.
    #![proptest_config(ProptestConfig { max_shrink_iters: 100_000, ..ProptestConfig::default() })]

    /// [`Run`] says after each step what must be true.
    #[test]
    fn keys_arrive_in_order_complete_and_one_at_a_time(policy in policy(), shards in 0..4_u8, steps in steps()) {
        let mut run = Run::new(policy, shards);
        steps.into_iter().for_each(|step| run.step(step));
        run.finish();
    }
}
