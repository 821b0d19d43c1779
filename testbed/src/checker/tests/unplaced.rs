//! Lines about records whose stream or shard the event did not name, or that could not be read.

use kinetrace::history::{Process, UNKNOWN, UNREADABLE};

use super::*;

/// A record of which the event said nothing but its data and number is found by that number.
#[test]
fn a_record_is_found_by_its_number_where_its_stream_or_shard_is_unknown() {
    let changes: [fn(&mut Process); 4] = [
        |it| it.shard = UNKNOWN.into(),
        |it| it.stream = UNKNOWN.into(),
        |it| it.stream = "arn:aws:kinesis:EXAMPLE".into(),
        |it| (it.stream, it.shard) = (UNKNOWN.into(), UNKNOWN.into()),
    ];
    for (nth, change) in changes.into_iter().enumerate() {
        let named = |it: &mut Process| {
            change(it);
            it.function = Some("consumer".into());
        };
        let story = Story::with_shards().put(0, "9").put(1, "10").process_but(0, "9", 100, named);
        let verdict = check(&story.process_but(1, "10", 200, named).events);
        assert!(verdict.holds(), "{nth}: {verdict}");
        assert_eq!((verdict.totals.foreign, lacks(&verdict)), (0, vec![]), "{nth}");
    }
}

#[test]
fn an_inversion_shows_where_the_shard_is_unknown() {
    let unknown = |it: &mut Process| it.shard = UNKNOWN.into();
    let story = Story::with_shards().put(0, "9").put(1, "10").process_but(1, "10", 100, unknown);
    let verdict = check(&story.process_but(0, "9", 200, unknown).events);
    assert_eq!(verdict.process_order.violations, 1);
}

/// One that no put is known of, or two: it is not said of either.
#[test]
fn a_number_that_several_places_have_names_none() {
    let unknown = |it: &mut Process| (it.stream, it.shard, it.order) = (UNKNOWN.into(), UNKNOWN.into(), None);
    let elsewhere = |it: &mut Produce| (it.stream, it.shard) = ("trains".into(), Some("low".into()));
    let story = pair().put_but(7, "9", elsewhere).process_but(0, "9", 300, unknown).process_but(0, "77", 400, unknown);
    assert_eq!(check(&story.events).totals.foreign, 2);
}

/// It has neither context nor payload, and that says nothing against those that the record was sent with.
#[test]
fn a_record_that_could_not_be_read_counts_as_an_attempt_that_failed_and_as_nothing_else() {
    let unreadable = |it: &mut Process| {
        failed(it);
        (it.format, it.payload_crc32, it.group) = (UNREADABLE.into(), 0xdead, None);
        (it.order, it.span, it.relation, it.context) = (None, None, None, None);
    };
    let story = Story::with_shards().put(0, "9").process_but(0, "9", 100, unreadable);
    let verdict = check(&story.events);
    assert_eq!(verdict.no_loss.violations, 1, "{verdict}");
    assert_eq!(verdict.non_interference.violations + verdict.trace.violations, 0, "{verdict}");
    let verdict = check(&Story { events: [pair().events, story.events].concat() }.process(0, "9", 300).events);
    assert_eq!((verdict.no_loss.violations, lacks(&verdict)), (0, vec![]), "{verdict}");
    let nameless = |it: &mut Process| {
        unreadable(it);
        (it.stream, it.shard, it.sequence_number) = (UNKNOWN.into(), UNKNOWN.into(), UNKNOWN.into());
    };
    let verdict = check(&pair().process_but(0, "9", 300, nameless).events);
    assert_eq!((verdict.totals.foreign, lacks(&verdict)), (1, vec![]), "{verdict}");
}
