//! Every course that a few records can take, with a few faults on the way, in any order: a model whose state holds the
//! outbox itself, not a description of it.
//!
//! * `course`: what may happen next.
//! * `world`: the state, and how it changes.
//! * `properties`: what must be true of every state.
//!
//! `cargo test -p kinetrace-producer --lib model -- --nocapture` says how many states there are.

mod course;
mod properties;
mod world;

use course::Action;
use stateright::{Checker, HasDiscoveries, Model, Path};
use world::World;

use super::stream::Item;
use super::*;
use crate::outbox::FailurePolicy;

const HOUR: Duration = Duration::from_secs(3600);

/// What is checked, and within which bounds.
#[derive(Debug, Clone)]
struct Setup {
    keys: &'static [char],
    /// How many records each key gets, and how many of them are there from the start.
    each: u8,
    at_start: u8,
    faults: u8,
    in_flight: usize,
    packable: bool,
    policy: Policy,
    /// How often a caller may resume a key, whether it is halted or not.
    resumes: u8,
    /// Each record passes for a key of its own, so that it need not wait for those before it: the publisher that this
    /// one is not.
    keys_unknown: bool,
    /// Each two records of a key are of one batch, which has so many hours.
    batches: Option<[u32; 2]>,
    /// Kinesis commits the entries of a request in their order, which it does not promise.
    entries_in_order: bool,
    began: Instant,
}

impl Setup {
    fn new() -> Self {
        let pack_bytes = kinetrace::__private::aggregation::frame_bytes("a") + 300;
        let limits = RequestLimits { pack_bytes, ..LIMITS };
        Self {
            keys: &['a', 'b'],
            each: 3,
            at_start: 3,
            faults: 2,
            in_flight: 2,
            packable: false,
            policy: Policy {
                limits,
                failure_policy: FailurePolicy::Halt,
                attempt_timeout: HOUR / 8,
                delivery_timeout: HOUR / 4,
                max_halted: 10,
            },
            resumes: 0,
            keys_unknown: false,
            batches: None,
            entries_in_order: false,
            began: Instant::now(),
        }
    }

    /// With so many records to a request.
    fn entries(mut self, entries: usize) -> Self {
        self.policy.limits.entries = entries;
        self
    }

    fn now(&self, world: &World) -> Instant {
        self.began + HOUR * world.hours
    }

    fn batch_of(item: Item) -> usize {
        usize::from(item.number / 2 % 2)
    }

    fn entry(&self, world: &World, item: Item) -> Entry<Item> {
        let key = if self.keys_unknown { format!("{item:?}") } else { item.key.to_string() };
        let packed_bytes = self.packable.then_some(100);
        Entry {
            key: key.into(),
            place: world::place(item.key),
            bytes: 10,
            packed_bytes,
            terms: world.terms(item),
            item,
        }
    }
}

fn check(setup: Setup) {
    let checker = setup.checker().threads(2).finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    eprintln!("{} states, {} transitions", checker.unique_state_count(), checker.state_count());
    checker.assert_properties();
}

#[test]
fn each_key_is_in_order_and_complete_though_some_requests_fail() {
    check(Setup::new());
}

#[test]
fn each_key_is_in_order_and_complete_when_keys_travel_apart() {
    check(Setup::new().entries(1));
}

#[test]
fn a_key_by_itself_is_in_order_and_complete_through_more_faults() {
    check(Setup { keys: &['a'], at_start: 2, faults: 4, ..Setup::new() });
}

#[test]
fn packs_keep_the_order_of_what_waits_and_of_what_comes() {
    check(Setup { packable: true, at_start: 2, ..Setup::new() });
}

#[test]
fn a_key_goes_on_when_its_callers_have_been_told_and_never_before() {
    let mut setup = Setup { keys: &['a'], each: 4, at_start: 2, ..Setup::new() };
    setup.policy.failure_policy = FailurePolicy::HaltUntilReported;
    check(setup);
}

#[test]
fn two_keys_that_go_on_do_not_concern_each_other() {
    let mut setup = Setup { each: 2, at_start: 1, ..Setup::new() };
    setup.policy.failure_policy = FailurePolicy::HaltUntilReported;
    check(setup);
}

#[test]
fn packs_that_came_back_are_passed_when_all_their_callers_have_been_told() {
    let mut setup = Setup { keys: &['a'], each: 4, at_start: 2, faults: 2, packable: true, ..Setup::new() };
    setup.policy.failure_policy = FailurePolicy::HaltUntilReported;
    check(setup);
}

#[test]
fn a_key_that_is_resumed_at_any_time_passes_nothing_that_was_on_its_way() {
    for failure_policy in [FailurePolicy::Halt, FailurePolicy::HaltUntilReported] {
        let mut setup = Setup { keys: &['a'], each: 4, at_start: 2, resumes: 1, ..Setup::new() };
        setup.policy.failure_policy = failure_policy;
        check(setup);
    }
}

#[test]
fn a_key_that_skips_misses_nothing_but_what_was_given_back() {
    let mut setup = Setup { at_start: 2, each: 2, ..Setup::new() };
    setup.policy.failure_policy = FailurePolicy::Skip;
    check(setup);
}

/// Two batches with a key in common. Time is up for them alone, not for what is tried.
fn batches(hours: [u32; 2]) -> Setup {
    let mut setup = Setup { keys: &['a'], each: 4, at_start: 3, batches: Some(hours), ..Setup::new() };
    setup.policy.delivery_timeout = HOUR * 10;
    setup
}

#[test]
fn nothing_of_a_batch_goes_after_its_time_nor_past_what_came_back_and_the_others_go_on() {
    check(batches([1, 2]));
}

#[test]
fn a_batch_past_its_deadline_comes_back_even_after_one_with_time_left() {
    check(batches([2, 1]));
}

#[test]
fn packs_are_of_one_batch_and_come_back_with_it() {
    check(Setup { packable: true, ..batches([1, 2]) });
}

/// The shortest way to a state in which some key is out of order, if there is any.
fn shortest_way_out_of_order(setup: &Setup) -> Option<Vec<Action>> {
    let some = setup.clone().checker().spawn_bfs().join().discovery(properties::IN_ORDER)?.into_actions();
    // A search keeps the last that it finds, and goes on for a while: so each goes one step deeper.
    let shortest = (2..some.len() + 2).find_map(|depth| {
        let checker = setup.clone().checker().target_max_depth(depth).spawn_bfs().join();
        checker.discovery(properties::IN_ORDER)
    });
    let actions = shortest.map_or(some, Path::into_actions);
    eprintln!("{actions:?}");
    Some(actions)
}

const A0: Item = Item { key: 'a', number: 0 };
const A1: Item = Item { key: 'a', number: 1 };

/// The usual way to use `PutRecords`. Even if Kinesis kept the order within a request, this would lose it.
#[test]
fn several_records_of_a_key_in_a_request_whose_failed_entries_go_again_are_out_of_order() {
    use Action::*;
    let few = Setup { keys: &['a'], each: 2, at_start: 2, faults: 1, in_flight: 1, ..Setup::new() };
    let usual = Setup { keys_unknown: true, entries_in_order: true, ..few.clone() };
    let way = [Ask, Refuse(A0), Commit(A1), Answer(A0), AskLater, Commit(A0)];
    assert_eq!(shortest_way_out_of_order(&usual).unwrap(), way);
    assert_eq!(shortest_way_out_of_order(&Setup { faults: 0, ..usual }), None);
    assert_eq!(shortest_way_out_of_order(&few), None);
}

/// One record to a request does not do, either, as long as the requests do not wait for each other.
#[test]
fn two_requests_at_once_with_records_of_a_key_are_out_of_order() {
    use Action::*;
    let few = Setup { keys: &['a'], each: 2, at_start: 2, faults: 0, in_flight: 2, ..Setup::new() }.entries(1);
    let hasty = Setup { keys_unknown: true, ..few.clone() };
    assert_eq!(shortest_way_out_of_order(&hasty).unwrap(), [Ask, Ask, Commit(A1), Commit(A0)]);
    assert_eq!(shortest_way_out_of_order(&Setup { in_flight: 1, ..hasty }), None);
    assert_eq!(shortest_way_out_of_order(&few), None);
}
