//! What is sent when.

use super::*;

const PATIENCE: Duration = Duration::from_secs(30);

fn body(spans: u64) -> Body {
    Body { bytes: vec![0; 10].into(), spans }
}

fn later(after: Option<u64>) -> Answer {
    Answer::Later { after: after.map(Duration::from_secs), reason: "refused".to_owned() }
}

fn taken() -> Answer {
    Answer::Taken { rejected: 0, reason: String::new() }
}

fn schedule(bodies: impl IntoIterator<Item = u64>) -> (Schedule, Instant) {
    let now = Instant::now();
    let mut schedule = Schedule::new(now, PATIENCE);
    bodies.into_iter().for_each(|spans| schedule.push(now, body(spans)).unwrap());
    (schedule, now)
}

/// What goes now.
fn send(schedule: &mut Schedule, now: Instant) -> Parcel {
    match schedule.next(now) {
        Next::Send(parcel) => parcel,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_receiver_that_fails_is_left_alone_ever_longer_or_as_long_as_it_says_and_then_gets_the_same_again() {
    let (mut schedule, mut now) = schedule([1, 2]);
    for (after, pause) in [(None, 100), (None, 200), (None, 400), (Some(7), 7_000), (Some(0), 0), (None, 3_200)] {
        let parcel = send(&mut schedule, now);
        assert_eq!(parcel.spans(), 3);
        assert_eq!(schedule.settle(now, parcel, later(after)), Forwarded::default());
        let until = now + Duration::from_millis(pause);
        if pause > 0 {
            assert_eq!(schedule.next(now), Next::Wait(Some(until)), "{pause}");
        }
        now = until;
    }
    let parcel = send(&mut schedule, now);
    assert_eq!(schedule.settle(now, parcel, taken()).taken, 3);
    assert_eq!(schedule.next(now), Next::Wait(None));
}

/// On a slow line, a large request takes longer than its limit however often it goes.
#[test]
fn a_request_without_an_answer_goes_again_in_halves() {
    let (mut schedule, mut now) = schedule([1, 2, 4, 8]);
    let mut sent = Vec::new();
    while let Next::Send(parcel) = schedule.next(now) {
        sent.push(parcel.spans());
        let is_large = parcel.len() > 20;
        let answer = if is_large { Answer::Nothing("no answer".to_owned()) } else { taken() };
        assert_eq!(schedule.settle(now, parcel, answer).not_taken(), 0);
        now += LONGEST_PAUSE;
    }
    assert_eq!(sent, [15, 3, 12]);
}

#[test]
fn a_receiver_that_takes_nothing_for_long_is_given_up_with_all_that_waits_and_all_that_comes() {
    let (mut schedule, now) = schedule([1]);
    let (first, end) = (send(&mut schedule, now), now + PATIENCE);
    schedule.push(now, body(2)).unwrap();
    let second = send(&mut schedule, now);
    schedule.settle(now, first, later(Some(3600)));
    assert_eq!(schedule.next(now), Next::Wait(Some(end)), "what it asks for is longer than the limit");
    let Next::GiveUp(1, reason) = schedule.next(end) else { panic!("not given up") };
    assert!(reason.contains("30s") && reason.ends_with("the last: refused"), "{reason}");
    assert_eq!(schedule.push(end, body(4)), Err(reason.clone()));
    assert_eq!(schedule.settle(end, second, later(None)).lost, [(reason, 2)].into());
    assert!(schedule.has_room());
}

#[test]
fn patience_counts_from_the_last_progress_and_from_when_something_began_to_wait() {
    let (mut schedule, began) = schedule([]);
    let late = began + 10 * PATIENCE;
    schedule.push(late, body(1)).unwrap();
    let parcel = send(&mut schedule, late);
    schedule.settle(late, parcel, later(Some(0)));
    let later_still = late + PATIENCE - Duration::from_secs(1);
    schedule.push(later_still, body(1)).unwrap();
    let (parcel, other) = (send(&mut schedule, later_still), send(&mut schedule, later_still));
    schedule.settle(later_still, parcel, taken());
    schedule.settle(later_still, other, later(Some(0)));
    assert!(matches!(schedule.next(late + PATIENCE), Next::Send(_)), "it took something a second ago");
}

#[test]
fn of_a_request_that_is_refused_for_a_part_of_it_the_rest_arrives() {
    let (mut schedule, now) = schedule([1, 2, 4, 8]);
    let mut known = Forwarded::default();
    let mut requests = 0;
    while let Next::Send(parcel) = schedule.next(now) {
        requests += 1;
        let has_bad_one = parcel.spans() & 4 != 0;
        let answer = if has_bad_one { Answer::Fewer("bad".to_owned()) } else { taken() };
        let more = schedule.settle(now, parcel, answer);
        known.taken += more.taken;
        known.lost.extend(more.lost);
    }
    assert_eq!((known.taken, known.lost), (11, [("bad".to_owned(), 4)].into()));
    assert_eq!(requests, 5);
}

#[test]
fn a_receiver_that_refuses_everything_is_not_asked_about_every_body() {
    let (mut schedule, now) = schedule(vec![1; 1000]);
    let (mut requests, mut lost) = (0, 0);
    while let Next::Send(parcel) = schedule.next(now) {
        requests += 1;
        lost += schedule.settle(now, parcel, Answer::Fewer("bad".to_owned())).not_taken();
    }
    assert_eq!(lost, 1000);
    assert!(requests < 100, "{requests} requests");
}

#[test]
fn what_is_refused_for_good_is_counted_with_its_reason_and_what_is_rejected_in_part_in_part() {
    let (mut schedule, now) = schedule([3]);
    let parcel = send(&mut schedule, now);
    let known = schedule.settle(now, parcel, Answer::Refused("no".to_owned()));
    assert_eq!((known.taken, known.lost), (0, [("no".to_owned(), 3)].into()));
    schedule.push(now, body(3)).unwrap();
    let parcel = send(&mut schedule, now);
    let known = schedule.settle(now, parcel, Answer::Taken { rejected: 2, reason: "old".to_owned() });
    assert_eq!((known.taken, known.lost), (1, [("old".to_owned(), 2)].into()));
}

#[test]
fn there_is_room_until_much_waits_or_is_under_way() {
    let (mut schedule, now) = schedule([]);
    let large = || Body { bytes: vec![0; ENOUGH_BYTES / 2].into(), spans: 1 };
    schedule.push(now, large()).unwrap();
    assert!(schedule.has_room());
    schedule.push(now, large()).unwrap();
    assert!(!schedule.has_room());
    let parcel = send(&mut schedule, now);
    assert!(!schedule.has_room(), "it is in flight");
    schedule.settle(now, parcel, taken());
    assert!(schedule.has_room());
}
