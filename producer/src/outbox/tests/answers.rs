use super::*;
use crate::outbox::FailurePolicy;

#[test]
fn a_failed_record_keeps_its_place_at_the_head_of_its_key() {
    for failure in [refused(), denied(), unsent(), unknown()] {
        let mut outbox = outbox(&[("a", 1), ("a", 2), ("b", 3)]);
        let now = Instant::now();
        let request = outbox.next_request(now);
        outbox.answer_each(request, [failure, stored("shard")], now);
        let later = now + Duration::from_millis(25);
        assert_eq!(outbox.next_wake(now), Some(later));
        assert_eq!(outbox.next_request(later - Duration::from_nanos(1)), [], "it went before its time");
        assert_eq!(items(&outbox.next_request(later)), [1]);
    }
}

#[test]
fn what_is_refused_alone_is_given_up_and_halts_its_key() {
    let mut outbox = outbox(&[("a", 1), ("a", 2), ("a", 3)]);
    let now = Instant::now();
    let request = outbox.next_request(now);
    outbox.push(entry("b", 4)).unwrap();
    let settlements = outbox.answer_each(request, [invalid()], now);
    let cause: Arc<str> = "no such thing".into();
    let halted = || Err(Why::Halt(Halt::Key(Arc::clone(&cause))));
    let results: Vec<_> = settlements.iter().map(|settlement| settlement.result.clone()).collect();
    assert_eq!(given_up(&settlements), [1, 2, 3]);
    assert_eq!(
        results,
        [Err(Why::Put { attempts: 1, cause: Arc::clone(&cause), permanent: true }), halted(), halted()]
    );
    let refused = outbox.push(entry("a", 5)).unwrap_err();
    assert_eq!((refused.entry.item, refused.halt), (5, Halt::Key(cause)));
    let request = outbox.next_request(now);
    assert_eq!(items(&request), [4], "another key was halted, too");
    outbox.store(request, now);
    assert!(outbox.is_empty());
}

#[test]
fn a_key_that_skips_continues_after_a_record_that_is_given_up() {
    let mut outbox = outbox(&[("a", 1), ("a", 2)]);
    outbox.policy.failure_policy = FailurePolicy::Skip;
    let now = Instant::now();
    let request = outbox.next_request(now);
    assert_eq!(given_up(&outbox.answer_each(request, [invalid()], now)), [1]);
    assert_eq!(items(&outbox.next_request(now)), [2]);
}

#[test]
fn a_record_is_tried_again_until_its_time_is_up_and_stays_doubtful() {
    let mut outbox = outbox(&[("a", 1)]);
    outbox.policy.delivery_timeout = Duration::from_millis(100);
    let begin = Instant::now();
    let mut now = begin;
    let settlements = [unknown(), refused(), refused(), refused()].map(|failure| {
        let request = outbox.next_request(now);
        let settlements = outbox.answer_each(request, [failure], now);
        now = outbox.next_wake(now).unwrap_or(now);
        settlements
    });
    assert_eq!(settlements.each_ref().map(Vec::len), [0, 0, 0, 1]);
    assert!(settlements[3][0].parcel.doubtful, "its first attempt may have arrived");
    assert_eq!(now - begin, Duration::from_millis(100), "its last attempt");
    assert!(outbox.is_empty());
}

#[test]
fn a_throttled_record_is_retried_until_its_deadline_and_is_certainly_not_sent() {
    for failure in [refused, denied, unsent] {
        let mut outbox = outbox(&[("a", 1)]);
        let begin = Instant::now();
        let (mut now, mut settlements) = (begin, vec![]);
        while settlements.is_empty() {
            let request = outbox.next_request(now);
            settlements = outbox.answer_each(request, [failure()], now);
            now = outbox.next_wake(now).unwrap_or(now);
        }
        assert_eq!(now - begin, Duration::from_secs(30));
        assert!(!settlements[0].parcel.doubtful);
        assert!(matches!(settlements[0].result, Err(Why::Put { attempts: 16.., permanent: false, .. })));
    }
}

#[test]
fn what_is_not_on_its_way_comes_back_when_all_is_halted() {
    let mut outbox = outbox(&[("a", 1), ("b", 2), ("c", 3)]);
    let now = Instant::now();
    let mut request = outbox.next_request(now);
    let of_c = request.pop().unwrap();
    let of_b = request.pop().unwrap();
    outbox.answer_each(vec![of_b], [unknown()], now);
    for (key, item) in [("d", 4), ("b", 5), ("a", 6)] {
        outbox.push(entry(key, item)).unwrap();
    }
    let halt = Halt::All("no such stream".into());
    let settlements = outbox.halt_all(halt.clone());
    assert_eq!(given_up(&settlements), [2, 4, 5, 6]);
    assert!(settlements[0].parcel.doubtful, "its attempt ended without an answer");
    assert_eq!((outbox.next_request(now), outbox.next_wake(now)), (vec![], None));
    for key in ["a", "c", "new"] {
        assert_eq!(outbox.push(entry(key, 7)).unwrap_err().halt, halt, "{key}");
    }
    assert!(!outbox.is_empty(), "records 1 and 3 are on their way still");
    for (request, failure) in [(request, refused()), (vec![of_c], invalid())] {
        let settlements = outbox.answer_each(request, [failure], now);
        assert!(settlements[0].result.is_err());
    }
    assert!(outbox.is_empty());
    assert_eq!(outbox.halted_keys(), 0, "one of all that are halted");
}

/// However long its shard is quiet for the sake of others.
#[test]
fn a_record_is_not_given_up_before_its_time() {
    let begin = Instant::now();
    let mut now = begin;
    let mut outbox = outbox(&[("a", 1)]);
    outbox.policy.delivery_timeout = Duration::from_millis(500);
    let request = outbox.next_request(now);
    outbox.store(request, now);
    for item in 2..60 {
        outbox.push(Entry { place: HashKey::of("a"), ..entry(&item.to_string(), item) }).unwrap();
        let request = outbox.next_request(now);
        let attempts = request.into_iter().map(|parcel| (parcel, refused()));
        for settlement in outbox.settle(attempts.collect(), now, 1.0) {
            let first = settlement.parcel.first_attempt.unwrap();
            assert!(now - first >= Duration::from_millis(500), "{settlement:?}");
        }
        now = outbox.next_wake(now).unwrap();
    }
    assert!(now - begin > Duration::from_secs(10), "the shard was not quiet for long");
}
