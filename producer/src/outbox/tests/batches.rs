use super::*;
use crate::outbox::{FailurePolicy, Terms, Why};

const TIME: Duration = Duration::from_secs(10);

fn of(terms: Terms, key: &str, item: u32) -> Entry<u32> {
    Entry { terms: Some(terms), ..entry(key, item) }
}

/// Two batches, and what they have under a key of both.
fn two_batches(now: Instant, records: &[(usize, &str, u32)]) -> (Outbox<u32>, [Terms; 2]) {
    let mut outbox = outbox(&[]);
    let terms = [TIME, TIME * 2].map(|timeout| outbox.begin_batch(now, timeout));
    for (batch, key, item) in records {
        outbox.push(of(terms[*batch], key, *item)).unwrap();
    }
    (outbox, terms)
}

#[test]
fn a_record_that_is_given_up_halts_its_key_in_its_batch_and_nowhere_else() {
    let now = Instant::now();
    let (mut outbox, [first, second]) = two_batches(now, &[(0, "a", 1), (1, "a", 2), (0, "a", 3), (0, "b", 4)]);
    let mut request = outbox.next_request(now);
    let of_b = request.split_off(1);
    let settlements = outbox.answer_each(request, [invalid()], now);
    assert_eq!(given_up(&settlements), [1, 3]);
    assert!(settlements.iter().all(|settlement| settlement.halt.is_none()), "it does not wait for its caller");
    assert_eq!(outbox.push(of(first, "a", 5)).unwrap_err().halt, Halt::Key("no such thing".into()));
    outbox.push(of(second, "a", 6)).unwrap();
    outbox.push(entry("a", 7)).unwrap();
    outbox.store(of_b, now);
    outbox.push(of(first, "b", 8)).unwrap();
    assert_eq!(items(&outbox.next_request(now)), [2, 8]);
    assert_eq!(outbox.halted_keys(), 0);
}

#[test]
fn what_waits_when_time_is_up_comes_back_and_says_what_was_tried() {
    let now = Instant::now();
    let (mut outbox, [first, _]) = two_batches(now, &[(0, "a", 1), (0, "a", 2), (1, "a", 3), (0, "b", 4), (0, "b", 5)]);
    let mut request = outbox.next_request(now);
    let of_b = request.split_off(1);
    outbox.answer_each(request, [unknown()], now);
    assert_eq!(outbox.expire(now + TIME - Duration::from_nanos(1)), []);
    let settlements = outbox.expire(now + TIME);
    let told: Vec<_> = settlements.iter().map(|it| (it.parcel.first, it.parcel.doubtful, it.result.clone())).collect();
    let put = Why::Put { attempts: 1, cause: "timeout".into(), permanent: false };
    let halted = Why::Halt(Halt::Key("timeout".into()));
    let expired = Why::Halt(Halt::Expired);
    assert_eq!(told, [(1, true, Err(put)), (2, false, Err(halted)), (5, false, Err(expired))]);
    assert_eq!(outbox.push(of(first, "c", 6)).unwrap_err().halt, Halt::Expired);
    assert_eq!(items(&outbox.next_request(now + TIME)), [3], "the record after it does not go");
    let settlements = outbox.answer_each(of_b, [refused()], now + TIME);
    assert_eq!(given_up(&settlements), [4], "what was on its way goes again");
    assert!(matches!(settlements[0].result, Err(Why::Put { attempts: 1, .. })), "it does not say what was tried");
    assert_eq!(outbox.expire(now + TIME), [], "it is told twice");
}

/// It was refused with others, and would have to go again alone.
#[test]
fn what_comes_back_from_its_way_after_its_time_is_given_up() {
    let now = Instant::now();
    let (mut outbox, _) = two_batches(now, &[(0, "a", 1), (1, "b", 2)]);
    let request = outbox.next_request(now);
    outbox.expire(now + TIME);
    let settlements = outbox.answer_each(request, [invalid(), invalid()], now + TIME);
    assert_eq!(given_up(&settlements), [1]);
    assert_eq!(items(&outbox.next_request(now + TIME)), [2]);
    assert!(outbox.queues.len() == 1 && outbox.waiting.is_empty() && outbox.ready.is_empty());
}

#[test]
fn the_publisher_wakes_when_the_time_of_a_batch_is_up() {
    let now = Instant::now();
    let (mut outbox, [first, second]) = two_batches(now, &[(0, "a", 1)]);
    assert_eq!(outbox.next_wake(now), Some(first.deadline));
    outbox.expire(first.deadline);
    assert_eq!(outbox.next_wake(first.deadline), Some(second.deadline));
    outbox.end_batch(second);
    assert_eq!(outbox.next_wake(first.deadline), None);
    outbox.end_batch(first);
    assert_eq!(
        outbox,
        Outbox { arrivals: 1, batches: outbox.batches.clone(), ..self::outbox(&[]) },
        "something is left"
    );
    assert_eq!(outbox.batches.next_deadline(), None);
}

#[test]
fn a_batch_in_a_hurry_shares_no_request_and_one_with_time_does() {
    let now = Instant::now();
    let (mut outbox, _) = two_batches(now, &[(0, "a", 1), (1, "b", 2)]);
    outbox.push(entry("c", 3)).unwrap();
    assert_eq!(items(&outbox.next_request(now)), [1, 2, 3]);
    let (mut outbox, [first, _]) = two_batches(now, &[(0, "a", 1), (0, "b", 2), (1, "c", 3)]);
    outbox.push(entry("d", 4)).unwrap();
    let late = first.deadline - Duration::from_millis(900);
    let requests: Vec<_> = std::iter::repeat_with(|| outbox.next_request(late)).take(2).collect();
    assert_eq!(requests.iter().map(items).collect::<Vec<_>>(), [[1, 2], [3, 4]]);
    let limit = |parcel: &Parcel<u32>| parcel.attempt_limit(Duration::from_secs(30), late);
    let limits: Vec<_> = requests.iter().flatten().map(limit).collect();
    assert_eq!(limits, [900, 900, 5_000, 30_000].map(Duration::from_millis));
}

#[test]
fn an_attempt_of_a_batch_takes_half_its_time_at_most() {
    let (now, mut outbox) = (Instant::now(), outbox(&[]));
    for (timeout, limit) in [(3_000, 1_500), (60_000, 5_000), (u64::MAX, 5_000)] {
        let terms = outbox.begin_batch(now, Duration::from_millis(timeout));
        assert_eq!(terms.attempt_limit(now), Duration::from_millis(limit), "{timeout}");
    }
    assert_eq!(outbox.begin_batch(now, Duration::MAX).attempt_limit(now), Duration::from_secs(5));
}

#[test]
fn a_pack_is_of_one_batch() {
    let now = Instant::now();
    let (mut outbox, terms) = two_batches(now, &[]);
    for (batch, item) in [(Some(0), 1), (Some(0), 2), (Some(1), 3), (None, 4), (None, 5)] {
        let terms = batch.map(|batch: usize| terms[batch]);
        outbox.push(Entry { packed_bytes: Some(10), terms, ..entry("a", item) }).unwrap();
    }
    for expected in [vec![1, 2], vec![3], vec![4, 5]] {
        let request = outbox.next_request(now);
        assert_eq!(items(&request), expected);
        outbox.store(request, now);
    }
}

#[test]
fn a_batch_goes_on_where_gaps_matter_less_than_a_stop() {
    let now = Instant::now();
    let policy = Policy { limits: LIMITS, failure_policy: FailurePolicy::Skip, ..Policy::default() };
    let mut outbox = Outbox::new(policy);
    let terms = outbox.begin_batch(now, TIME);
    for item in [1, 2] {
        outbox.push(of(terms, "a", item)).unwrap();
    }
    let request = outbox.next_request(now);
    assert_eq!(given_up(&outbox.answer_each(request, [invalid()], now)), [1]);
    assert_eq!(items(&outbox.next_request(now)), [2]);
}

/// The key is halted for everyone, because it is of the publisher.
#[test]
fn a_halt_of_the_publisher_holds_for_batches_too() {
    let now = Instant::now();
    let (mut outbox, [first, _]) = two_batches(now, &[]);
    outbox.push(entry("a", 1)).unwrap();
    outbox.push(of(first, "a", 2)).unwrap();
    let request = outbox.next_request(now);
    let settlements = outbox.answer_each(request, [invalid()], now);
    assert_eq!(given_up(&settlements), [1, 2]);
    let halt = settlements[0].halt.unwrap();
    assert!(outbox.push(of(first, "a", 3)).is_err());
    assert_eq!([(); 2].map(|()| outbox.told("a", halt)), [false, true]);
    outbox.push(of(first, "a", 4)).unwrap();
}

/// A key's queue may be of thousands of batches, whose times are up one after the other: each costs what it has itself.
#[test]
fn what_comes_back_of_a_batch_is_looked_for_where_it_came_in() {
    let now = Instant::now();
    let (mut outbox, [first, second]) =
        two_batches(now, &[(0, "a", 1), (0, "a", 2), (1, "a", 3), (0, "a", 4), (1, "a", 5), (1, "a", 6)]);
    let places = |outbox: &Outbox<u32>, arrivals| outbox.queues["a"].places(arrivals);
    assert_eq!([1..=4, 3..=6, 7..=9, 0..=0].map(|arrivals| places(&outbox, arrivals)), [0..4, 2..6, 6..6, 0..0]);
    assert_eq!(given_up(&outbox.expire(first.deadline)), [1, 2, 4]);
    assert_eq!(places(&outbox, 3..=6), 0..3);
    outbox.push(of(second, "a", 7)).unwrap();
    assert_eq!(given_up(&outbox.expire(second.deadline)), [3, 5, 6, 7]);
    assert!(outbox.is_empty() && outbox.ready.is_empty());
}
