use std::collections::HashSet;
use std::time::Duration;

use proptest::prelude::*;

use super::*;

fn entry(group: &str, item: u32) -> Entry<u32> {
    Entry { group: group.into(), bytes: 10, alone: false, item }
}

fn outbox(entries: &[(&str, u32)]) -> Outbox<u32> {
    let mut outbox = Outbox::new(RequestLimits::default());
    for (group, item) in entries {
        outbox.push(entry(group, *item)).unwrap();
    }
    outbox
}

fn items(request: &[Entry<u32>]) -> Vec<u32> {
    request.iter().map(|entry| entry.item).collect()
}

#[test]
fn a_request_holds_one_record_per_group_oldest_first() {
    let mut outbox = outbox(&[("a", 1), ("a", 2), ("b", 3), ("c", 4), ("b", 5)]);
    let now = Instant::now();
    assert_eq!(items(&outbox.next_request(now)), [1, 3, 4]);
    assert_eq!(items(&outbox.next_request(now)), [0; 0], "a second record of a group left before the first arrived");
    outbox.settle(&"b".into());
    assert_eq!(items(&outbox.next_request(now)), [5]);
    outbox.settle(&"a".into());
    assert_eq!(items(&outbox.next_request(now)), [2]);
}

#[test]
fn a_failed_record_keeps_its_place_at_the_head_of_its_group() {
    let mut outbox = outbox(&[("a", 1), ("a", 2), ("b", 3)]);
    let now = Instant::now();
    let mut request = outbox.next_request(now);
    let later = now + Duration::from_secs(1);
    outbox.retry(request.remove(0), later).unwrap();
    outbox.settle(&"b".into());
    assert_eq!(items(&outbox.next_request(now)), [0; 0], "it went before its time");
    assert_eq!(outbox.next_wake(), Some(later));
    assert_eq!(items(&outbox.next_request(later)), [1]);
}

#[test]
fn a_request_stays_within_its_limits_and_an_oversized_record_goes_alone() {
    let mut outbox = Outbox::new(RequestLimits { entries: 2, bytes: 25 });
    for (group, bytes, item) in [("a", 10, 1), ("b", 10, 2), ("c", 10, 3), ("d", 16, 4), ("e", 30, 5)] {
        outbox.push(Entry { group: group.into(), bytes, alone: false, item }).unwrap();
    }
    let now = Instant::now();
    let requests: Vec<_> = std::iter::repeat_with(|| items(&outbox.next_request(now))).take(4).collect();
    assert_eq!(requests, [vec![1, 2], vec![3], vec![4], vec![5]]);
}

#[test]
fn a_halted_group_gives_back_what_waits_and_refuses_what_comes() {
    let mut outbox = outbox(&[("a", 1), ("a", 2), ("a", 3), ("b", 4)]);
    let now = Instant::now();
    outbox.next_request(now);
    assert_eq!(items(&outbox.halt(&"a".into(), "record 1 is lost".into())), [2, 3]);
    let refused = outbox.push(entry("a", 5)).unwrap_err();
    assert_eq!((refused.entry.item, refused.halt), (5, Halt::Group("record 1 is lost".into())));
    outbox.push(entry("b", 6)).unwrap();
    outbox.settle(&"b".into());
    assert_eq!(items(&outbox.next_request(now)), [6]);
    outbox.settle(&"b".into());
    assert!(outbox.is_empty());
}

#[test]
fn a_record_that_goes_alone_does_so_in_its_turn() {
    let mut outbox = outbox(&[("a", 1), ("b", 2), ("c", 3), ("d", 4)]);
    let now = Instant::now();
    for mut entry in outbox.next_request(now) {
        entry.alone = matches!(entry.item, 2 | 3);
        outbox.retry(entry, now).unwrap();
    }
    let requests: Vec<_> = std::iter::repeat_with(|| items(&outbox.next_request(now))).take(5).collect();
    assert_eq!(requests, [vec![1], vec![2], vec![3], vec![4], vec![]]);
    outbox.settle(&"b".into());
    outbox.settle(&"c".into());
    outbox.push(entry("b", 5)).unwrap();
    outbox.push(entry("c", 6)).unwrap();
    assert_eq!(items(&outbox.next_request(now)), [5, 6], "those behind it need not go alone");
}

#[test]
fn a_halt_of_all_gives_back_whatever_is_not_on_its_way() {
    let mut outbox = outbox(&[("a", 1), ("b", 2), ("c", 3)]);
    let now = Instant::now();
    let mut request = outbox.next_request(now);
    outbox.retry(request.remove(1), now + Duration::from_secs(1)).unwrap();
    outbox.halt(&"c".into(), "record 3 is lost".into());
    for (group, item) in [("d", 4), ("b", 5), ("a", 6)] {
        outbox.push(entry(group, item)).unwrap();
    }
    assert_eq!(items(&outbox.halt_all("no such stream".into())), [2, 4, 5, 6]);
    assert_eq!(items(&outbox.halt_all("access denied".into())), [0; 0]);
    assert_eq!((items(&outbox.next_request(now)), outbox.next_wake()), (vec![], None));
    let halt = Halt::All("no such stream".into());
    for group in ["a", "c", "new"] {
        assert_eq!(outbox.push(entry(group, 7)).unwrap_err().halt, halt, "{group}");
    }
    assert!(!outbox.is_empty(), "record 1 is on its way still");
    let back = outbox.retry(request.remove(0), now).unwrap_err();
    assert_eq!((back.entry.item, back.halt), (1, halt));
    assert!(outbox.is_empty());
}

/// What may happen to an outbox, in any order.
#[derive(Debug, Clone)]
enum Step {
    Push(u8),
    Request,
    Settle(usize),
    /// Alone from now on, or as before.
    Retry(usize, bool),
    Tick,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..4_u8).prop_map(Step::Push),
        2 => Just(Step::Request),
        2 => any::<usize>().prop_map(Step::Settle),
        2 => any::<(usize, bool)>().prop_map(|(at, alone)| Step::Retry(at, alone)),
        1 => Just(Step::Tick),
    ]
}

fn next_request(outbox: &mut Outbox<u32>, now: Instant) -> Vec<Entry<u32>> {
    let request = outbox.next_request(now);
    assert!(request.len() <= 1 || request.iter().all(|entry| !entry.alone), "not alone: {request:?}");
    request
}

proptest! {
    /// Whatever fails in whatever order, each group's records arrive in the order they came in, one at a time, and all.
    #[test]
    fn groups_arrive_in_order_and_complete(steps in prop::collection::vec(step(), 0..80)) {
        let mut outbox = Outbox::new(RequestLimits { entries: 3, bytes: 1000 });
        let mut now = Instant::now();
        let mut in_flight: Vec<Entry<u32>> = Vec::new();
        let (mut pushed, mut arrived) = (Vec::new(), Vec::new());
        // Behind the random steps, enough of the right ones to empty any outbox.
        let drain = [Step::Tick, Step::Request, Step::Settle(0)].into_iter().cycle().take(1000);
        for step in steps.into_iter().chain(drain) {
            match step {
                Step::Push(group) => {
                    let entry = entry(&group.to_string(), u32::try_from(pushed.len()).unwrap());
                    pushed.push((Arc::clone(&entry.group), entry.item));
                    outbox.push(entry).unwrap();
                }
                Step::Request => in_flight.extend(next_request(&mut outbox, now)),
                Step::Settle(at) if !in_flight.is_empty() => {
                    let entry = in_flight.swap_remove(at % in_flight.len());
                    outbox.settle(&entry.group);
                    arrived.push((entry.group, entry.item));
                }
                Step::Retry(at, alone) if !in_flight.is_empty() => {
                    let mut entry = in_flight.swap_remove(at % in_flight.len());
                    entry.alone |= alone;
                    outbox.retry(entry, now + Duration::from_millis(1)).unwrap();
                }
                Step::Tick => now += Duration::from_millis(1),
                Step::Settle(_) | Step::Retry(..) => {}
            }
            let groups: HashSet<_> = in_flight.iter().map(|entry| &entry.group).collect();
            prop_assert_eq!(groups.len(), in_flight.len(), "two records of one group on their way");
        }
        prop_assert!(outbox.is_empty() && in_flight.is_empty());
        // A stable sort by group leaves each group in the order in which its records arrived.
        pushed.sort_by(|a, b| a.0.cmp(&b.0));
        arrived.sort_by(|a, b| a.0.cmp(&b.0));
        prop_assert_eq!(arrived, pushed);
    }
}
