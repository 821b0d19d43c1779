use super::*;

#[test]
fn a_request_holds_one_record_per_key_oldest_first() {
    let mut outbox = outbox(&[("a", 1), ("a", 2), ("b", 3), ("c", 4), ("b", 5)]);
    let now = Instant::now();
    let mut request = outbox.next_request(now);
    assert_eq!(items(&request), [1, 3, 4]);
    assert_eq!(outbox.next_request(now), [], "a second record of a key left before the first arrived");
    let of_b = request.remove(1);
    outbox.store(vec![of_b], now);
    assert_eq!(items(&outbox.next_request(now)), [5]);
    outbox.store(request, now);
    assert_eq!(items(&outbox.next_request(now)), [2]);
}

#[test]
fn a_request_stays_within_its_limits_and_an_oversized_record_goes_alone() {
    let limits = RequestLimits { entries: 2, bytes: 25, ..LIMITS };
    let mut outbox = Outbox::new(Policy { limits, ..Policy::default() });
    for (key, bytes, item) in [("a", 10, 1), ("b", 10, 2), ("c", 10, 3), ("d", 16, 4), ("e", 30, 5)] {
        outbox.push(Entry { bytes, ..entry(key, item) }).unwrap();
    }
    let now = Instant::now();
    let requests: Vec<_> = std::iter::repeat_with(|| items(&outbox.next_request(now))).take(4).collect();
    assert_eq!(requests, [vec![1, 2], vec![3], vec![4], vec![5]]);
}

#[test]
fn a_record_that_goes_alone_does_so_in_its_turn() {
    let mut outbox = outbox(&[("a", 1), ("b", 2), ("c", 3), ("d", 4)]);
    let now = Instant::now();
    let request = outbox.next_request(now);
    let later = now + Duration::from_millis(25);
    outbox.answer_each(request, [refused(), invalid(), invalid(), refused()], now);
    let requests: Vec<_> = std::iter::repeat_with(|| outbox.next_request(later)).take(4).collect();
    assert_eq!(requests.iter().map(items).collect::<Vec<_>>(), [[1], [2], [3], [4]]);
    outbox.push(entry("b", 5)).unwrap();
    outbox.push(entry("c", 6)).unwrap();
    requests.into_iter().for_each(|request| outbox.store(request, now));
    assert_eq!(items(&outbox.next_request(later)), [5, 6], "those after it need not go alone");
}

/// Keys of two shards, whose places are known from a first record of each; and then the one of `slow` is throttled.
fn one_shard_throttled(now: Instant) -> Outbox<u32> {
    let mut outbox = outbox(&[("slow", 1), ("quick", 2)]);
    let request = outbox.next_request(now);
    outbox.answer_each(request, [stored("slow shard"), stored("quick shard")], now);
    outbox.push(entry("slow", 3)).unwrap();
    let request = outbox.next_request(now);
    outbox.answer_each(request, [refused()], now);
    outbox
}

#[test]
fn a_throttled_shard_holds_up_its_own_keys_and_no_others() {
    let now = Instant::now();
    let mut outbox = one_shard_throttled(now);
    let sibling = Entry { place: HashKey::of("slow"), ..entry("sibling", 4) };
    outbox.push(sibling).unwrap();
    outbox.push(entry("quick", 5)).unwrap();
    assert_eq!(items(&outbox.next_request(now)), [5]);
    let later = outbox.next_wake(now).unwrap();
    assert_eq!(items(&outbox.next_request(later)), [3, 4]);
}

#[test]
fn what_waits_for_a_throttled_shard_does_not_end_a_request() {
    let now = Instant::now();
    let mut outbox = one_shard_throttled(now);
    outbox.push(entry("quick", 4)).unwrap();
    outbox.push(Entry { place: HashKey::of("slow"), bytes: LIMITS.bytes, ..entry("sibling", 5) }).unwrap();
    outbox.push(entry("another", 6)).unwrap();
    assert_eq!(items(&outbox.next_request(now)), [4, 6]);
}

/// Otherwise the publisher would turn in a circle while all its requests are in flight.
#[test]
fn a_wait_that_is_over_sets_no_wake_up_time() {
    let now = Instant::now();
    let mut outbox = outbox(&[("a", 1)]);
    let request = outbox.next_request(now);
    outbox.answer_each(request, [refused()], now);
    let later = outbox.next_wake(now).unwrap();
    assert_eq!(outbox.next_wake(later), None);
    assert_eq!(items(&outbox.next_request(later)), [1]);
}
