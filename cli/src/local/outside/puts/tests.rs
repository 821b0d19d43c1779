//! Stories about one key, and the lines that they come to.

use std::sync::Arc;

use kinetrace::history::{Produce, PutOutcome, Timestamp};
use kinetrace::{Order, ProducerId};

use super::*;

const SECOND: u64 = 1_000_000;

fn part(payload_crc32: u32, order: Option<Order>) -> Part {
    Part { key: "k".into(), sub_sequence_number: None, order, context: None, payload_crc32 }
}

/// A put of one record by `who`, seen when it ends; a number is where it stands, a text why it does not.
fn put(who: &str, ended: u64, answer: Result<u64, &str>, payload: u32) -> Seen {
    Seen {
        stream: "s".into(),
        access_key: who.into(),
        explicit_hash_key: None,
        started: Timestamp(ended.saturating_sub(1)),
        ended: Timestamp(ended),
        answer: answer.map(|number| ("shard".into(), number.to_string().into())).map_err(str::to_owned),
        parts: [part(payload, None)].into(),
    }
}

fn see(puts: &mut Puts, put: &Seen) {
    puts.outside(put, put.ended.0);
}

/// Number in the shard and count, by count.
fn told(lines: Vec<Produce>) -> Vec<(Option<String>, u64)> {
    let told = |line: Produce| (line.sequence_number.map(|it| it.to_string()), line.order.map_or(99, |it| it.sequence));
    let mut told: Vec<_> = lines.into_iter().map(told).collect();
    told.sort_by_key(|(_, count)| *count);
    told
}

fn at(numbers: &[u64]) -> Vec<(Option<String>, u64)> {
    numbers.iter().map(|number| Some(number.to_string())).zip(0..).collect()
}

#[test]
fn a_put_that_its_producer_tells_of_is_not_told_of_again_whichever_comes_first() {
    let own = line(&put("p", SECOND, Ok(7), 1), &part(1, None));
    for own_comes_first in [true, false] {
        let mut puts = Puts::new(0);
        if own_comes_first {
            puts.own(&own, &"p".into());
        }
        see(&mut puts, &put("p", SECOND, Ok(7), 1));
        if !own_comes_first {
            puts.own(&own, &"p".into());
        }
        assert_eq!(puts.rest(), []);
    }
}

#[test]
fn a_put_is_told_of_after_two_seconds_and_no_sooner() {
    let mut puts = Puts::new(0);
    see(&mut puts, &put("p", SECOND, Ok(7), 1));
    assert_eq!(told(puts.due(3 * SECOND - 1)), []);
    assert_eq!(told(puts.due(3 * SECOND)), at(&[7]));
    assert_eq!(puts.rest(), []);
}

#[test]
fn puts_that_overlap_are_counted_in_the_order_of_the_stream() {
    let mut puts = Puts::new(0);
    for (ended, number) in [(SECOND, 9), (SECOND + 1, 10), (SECOND + 2, 8)] {
        see(&mut puts, &put("p", ended, Ok(number), 1));
    }
    // The first to be due takes those before it in the stream with it.
    assert_eq!(told(puts.due(3 * SECOND)), at(&[8, 9]));
    let rest = puts.rest();
    assert_eq!(told(rest), [(Some("10".to_owned()), 2)]);
}

#[test]
fn each_producer_of_a_key_has_a_count_of_its_own() {
    let mut puts = Puts::new(0);
    see(&mut puts, &put("p", SECOND, Ok(1), 1));
    see(&mut puts, &put("q", SECOND, Ok(2), 1));
    let lines = puts.rest();
    assert!(lines.iter().all(|line| line.order.is_some_and(|order| order.sequence == 0)), "{lines:?}");
    assert_ne!(lines[0].order, lines[1].order);
}

#[test]
fn a_record_that_carries_a_count_keeps_it() {
    let order = Order { producer: ProducerId::from_bits(5), sequence: 41 };
    let mut puts = Puts::new(0);
    let carrying = Seen { parts: [part(1, Some(order))].into(), ..put("p", SECOND, Ok(1), 1) };
    see(&mut puts, &carrying);
    see(&mut puts, &put("p", SECOND, Ok(2), 1));
    assert_eq!(puts.rest().iter().map(|line| line.order.unwrap().sequence).collect::<Vec<_>>(), [41, 0]);
}

#[test]
fn a_record_that_is_tried_again_has_one_line_and_the_place_of_its_first_attempt() {
    // How long after it was refused it goes again: before, and after, the record that has passed it is counted.
    for retry in [SECOND, 10 * SECOND] {
        let mut puts = Puts::new(0);
        see(&mut puts, &put("p", SECOND, Ok(1), 1));
        see(&mut puts, &put("p", SECOND + 1, Err("Throttled"), 2));
        see(&mut puts, &put("p", SECOND + 2, Ok(3), 3));
        let mut lines = puts.due(SECOND + retry);
        see(&mut puts, &put("p", SECOND + retry, Ok(4), 2));
        lines.extend(puts.rest());
        assert!(lines.iter().all(|line| line.outcome == PutOutcome::Acknowledged), "{lines:?}");
        assert_eq!(lines.iter().find(|line| line.payload_crc32 == 2).unwrap().start, Timestamp(SECOND));
        assert_eq!(told(lines), at(&[1, 4, 3]));
    }
}

#[test]
fn a_record_that_is_not_tried_again_is_told_of_after_a_minute() {
    let mut puts = Puts::new(0);
    see(&mut puts, &put("p", SECOND, Err("Throttled"), 2));
    assert_eq!(puts.due(30 * SECOND), []);
    let lines = puts.due(70 * SECOND);
    assert_eq!((lines.len(), lines[0].outcome), (1, PutOutcome::Failed));
    assert_eq!(lines[0].error.as_deref(), Some("Throttled"));
}

#[test]
fn what_was_refused_to_a_producer_that_tells_of_its_records_is_left_to_it() {
    let mut puts = Puts::new(0);
    let who: Arc<str> = "p".into();
    puts.own(&line(&put("p", SECOND, Ok(1), 1), &part(1, None)), &who);
    see(&mut puts, &put("p", 2 * SECOND, Err("Throttled"), 2));
    assert_eq!(puts.rest(), []);
}

#[test]
fn a_line_that_comes_after_what_was_seen_was_told_is_no_second_one() {
    let mut puts = Puts::new(0);
    see(&mut puts, &put("p", SECOND, Ok(7), 1));
    assert_eq!(puts.due(3 * SECOND).len(), 1);
    let own = line(&put("p", SECOND, Ok(7), 1), &part(1, None));
    assert!(!puts.own(&own, &"p".into()));
}

/// Or the checker would look for it where its partition key hashes to.
#[test]
fn a_line_names_the_place_that_the_client_asked_for() {
    let mut puts = Puts::new(1);
    let explicit = Some(HashKey::from(7));
    see(&mut puts, &Seen { explicit_hash_key: explicit, ..put("p", SECOND, Ok(1), 1) });
    assert_eq!(puts.rest().iter().map(|line| line.explicit_hash_key).collect::<Vec<_>>(), [explicit]);
}
