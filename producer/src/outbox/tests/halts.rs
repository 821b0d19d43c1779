use super::*;
use crate::outbox::FailurePolicy;

/// Of `a`, record 1 is given up, and 2 comes back with it.
fn halted(policy: Policy, now: Instant) -> (Outbox<u32>, Vec<Settlement<u32>>) {
    let mut outbox = Outbox::new(policy);
    for item in [1, 2] {
        outbox.push(entry("a", item)).unwrap();
    }
    let request = outbox.next_request(now);
    let settlements = outbox.answer_each(request, [invalid()], now);
    assert_eq!(given_up(&settlements), [1, 2]);
    (outbox, settlements)
}

fn policy() -> Policy {
    Policy { limits: LIMITS, ..Policy::default() }
}

#[test]
fn a_key_continues_once_its_callers_have_seen_every_failure() {
    let now = Instant::now();
    let (mut outbox, settlements) = halted(policy(), now);
    let [first, second] = [0, 1].map(|at: usize| settlements[at].halt.unwrap());
    assert!(outbox.push(entry("a", 3)).is_err(), "no caller knows anything yet");
    assert!(!outbox.told("a", first));
    assert!(outbox.push(entry("a", 4)).is_err(), "no caller knows of record 2 yet");
    assert!(outbox.told("a", second));
    outbox.push(entry("a", 5)).unwrap();
    assert_eq!(items(&outbox.next_request(now)), [5], "what came back goes by itself");
}

#[test]
fn a_pack_has_been_told_when_the_callers_of_all_its_records_have() {
    let now = Instant::now();
    let mut outbox = outbox(&[]);
    for item in 1..=3 {
        outbox.push(Entry { packed_bytes: Some(100), ..entry("a", item) }).unwrap();
    }
    let request = outbox.next_request(now);
    let settlements = outbox.answer_each(request, [invalid()], now);
    let halt = settlements[0].halt.unwrap();
    assert_eq!([(); 3].map(|()| outbox.told("a", halt)), [false, false, true]);
}

#[test]
fn a_key_that_waits_for_resume_does_not_go_on_by_being_told() {
    let now = Instant::now();
    let (mut outbox, settlements) = halted(Policy { failure_policy: FailurePolicy::Halt, ..policy() }, now);
    assert!(settlements.iter().all(|settlement| settlement.halt.is_none()), "nothing waits for that");
    assert!(outbox.push(entry("a", 3)).is_err());
    assert!(outbox.resume("a"));
    outbox.push(entry("a", 4)).unwrap();
    assert_eq!(items(&outbox.next_request(now)), [4]);
}

#[test]
fn resuming_what_is_not_halted_changes_nothing() {
    let now = Instant::now();
    let (mut outbox, _) = halted(policy(), now);
    outbox.push(entry("b", 3)).unwrap();
    let before = outbox.clone();
    assert!(!outbox.resume("b") && !outbox.resume("c"));
    assert_eq!(outbox, before);
    assert!(outbox.resume("a"));
    assert!(!outbox.resume("a"), "it was halted once");
}

#[test]
fn seeing_an_earlier_halt_does_not_end_a_later_one() {
    let now = Instant::now();
    let (mut outbox, settlements) = halted(policy(), now);
    assert!(outbox.resume("a"));
    outbox.push(entry("a", 3)).unwrap();
    let request = outbox.next_request(now);
    outbox.answer_each(request, [invalid()], now);
    for settlement in settlements {
        assert!(!outbox.told("a", settlement.halt.unwrap()));
    }
    assert!(outbox.push(entry("a", 4)).is_err(), "no caller knows of record 3 yet");
}

#[test]
fn while_too_many_keys_are_halted_no_other_begins_and_none_is_forgotten() {
    let now = Instant::now();
    let mut outbox = Outbox::new(Policy { max_halted: 1, ..policy() });
    for (key, item) in [("a", 1), ("b", 2)] {
        outbox.push(entry(key, item)).unwrap();
    }
    let mut request = outbox.next_request(now);
    let of_b = request.split_off(1);
    outbox.answer_each(request, [invalid()], now);
    assert_eq!(outbox.push(entry("c", 3)).unwrap_err().halt, Halt::TooMany(1));
    assert_eq!(outbox.push(entry("a", 4)).unwrap_err().halt, Halt::Key("no such thing".into()));
    outbox.push(entry("b", 5)).unwrap();
    outbox.answer_each(of_b, [invalid()], now);
    assert_eq!(outbox.halted_keys(), 2, "a key that was in the buffer is halted, too");
    for key in ["a", "b"] {
        assert_eq!(outbox.push(entry(key, 6)).unwrap_err().halt, Halt::Key("no such thing".into()), "{key}");
    }
    assert!(outbox.resume("a"));
    assert_eq!(outbox.push(entry("c", 7)).unwrap_err().halt, Halt::TooMany(1));
    assert!(outbox.resume("b"));
    outbox.push(entry("c", 8)).unwrap();
}
