//! Histories that only look as if something was wrong.

use super::*;

type Case = (&'static str, Story);

#[test]
fn a_look_alike_of_a_violation_is_accepted() {
    for (name, story) in [repetitions(), puts(), identities(), times(), packs()].into_iter().flatten() {
        let verdict = check(&story.events);
        assert!(verdict.holds(), "{name}:\n{verdict}");
    }
}

fn repetitions() -> Vec<Case> {
    let third = || pair().put(2, "11").process_but(2, "11", 300, failed);
    vec![
        ("in order by number, not by text", pair()),
        ("a redelivery after a later record", pair().process(0, "9", 300)),
        ("a failed attempt, then success in order", third().process(2, "11", 400)),
        ("a redelivery that fails", pair().process_but(0, "9", 300, failed)),
        ("a late copy of an acknowledged record", pair().process(0, "99", 300)),
    ]
}

fn puts() -> Vec<Case> {
    let two_copies = Story::with_shards().put_but(0, "", unknown).process(0, "9", 100).process(0, "10", 200);
    let earlier_copy = Story::with_shards().put(0, "12").process(0, "8", 100).process(0, "12", 300);
    let child = |it: &mut Produce| it.shard = Some("child".into());
    let split = Story::with_split().put(0, "9").process(0, "9", 100).put_but(1, "1", child);
    let generations =
        Story::with_generations().through(0, "low", "9").through(1, "merged", "7").through(2, "left", "5");
    let late = Story::with_generations().through(0, "low", "9").through(1, "merged", "7");
    vec![
        ("two copies of an unanswered put", two_copies.put(1, "12").process(1, "12", 300)),
        ("acknowledged late, but there before", earlier_copy.put(1, "10").process(1, "10", 200)),
        ("an unanswered put that never arrived", pair().put_but(2, "", unknown)),
        ("a put that failed", pair().put_but(2, "", |it| (unknown(it), it.outcome = PutOutcome::Failed).1)),
        ("a group that moves to a merged shard and on to a part of that", generations),
        ("a late copy in a younger shard", late.process_but(0, "5", 300, |it| it.shard = "left".into())),
        ("numbers begin anew in a child", split.process_but(1, "1", 200, |it| it.shard = "child".into())),
    ]
}

fn identities() -> Vec<Case> {
    let one = || Story::with_shards().put(0, "9");
    let hidden = |it: &mut Process| (it.group, it.order) = (Some("00-1-1-01".into()), None);
    let equal = Story::with_shards().put_but(0, "9", plain).put_but(1, "9", plain);
    let two = |it: &mut Produce| it.order.as_mut().unwrap().producer = ProducerId::from_bits(2);
    vec![
        ("the group hidden by a traceparent as key", one().process_but(0, "9", 100, hidden)),
        ("an aggregate: one number, several records", one().put(1, "9").process(0, "9", 100).process(1, "9", 110)),
        (
            "an aggregate of records that cannot be told apart",
            equal.process_but(0, "9", 100, bare).process_but(0, "9", 110, bare),
        ),
        ("forwarded, with the count that it had", pair().put_but(0, "11", two).process(0, "11", 300)),
        (
            "two producers at the same time",
            pair().put_but(0, "11", two).process_but(0, "11", 300, |it| it.order = None),
        ),
    ]
}

fn times() -> Vec<Case> {
    let link = |it: &mut Process| (it.span, it.relation) = (Some(context(7)), Some(Relation::Link));
    let untraced = |it: &mut Process| (it.context, it.span, it.relation) = (None, None, None);
    let other_group = |it: &mut Process| (it.group, it.order) = (Some("b".into()), None);
    vec![
        ("one ends as the next begins", pair().put(2, "11").process(2, "11", 210)),
        ("another group at the same time", pair().process_but(0, "50", 105, other_group)),
        ("a link to another trace", pair().process_but(1, "10", 300, link)),
        ("untraced", pair().put_but(2, "11", |it| it.context = None).process_but(2, "11", 300, untraced)),
    ]
}

fn packs() -> Vec<Case> {
    let story = Story::with_shards;
    let both = || story().pack("9", &[0, 1]);
    let uncounted = |it: &mut Process| it.order = None;
    let second_failed = |it: &mut Process| {
        if it.sub_sequence_number == Some(1) {
            failed(it)
        }
    };
    let equal = story().pack_but("9", &[0, 1], plain);
    let unanswered = story().put_but(0, "", unknown).put_but(1, "", unknown);
    let parent = Story::with_split().pack("9", &[0, 1]).unpack("9", &[0, 1], 100);
    let child = |it: &mut Produce| (it.shard, it.sub_sequence_number) = (Some("child".into()), Some(0));
    vec![
        (
            "aggregates, and records by themselves between them",
            both().unpack("9", &[0, 1], 100).through(2, "low", "10").pack("11", &[3, 4]).unpack("11", &[3, 4], 400),
        ),
        ("an aggregate of one, made by a carrier", story().put(0, "9").unpack_but("9", &[0], 100, uncounted)),
        (
            "aggregates of which the producer did not say how they were packed",
            story().put(0, "9").put(1, "9").unpack_but("9", &[0, 1], 100, uncounted),
        ),
        (
            "an aggregate whose reader did not say which record is which",
            both().process_but(0, "9", 100, uncounted).process_but(1, "9", 110, uncounted),
        ),
        ("an aggregate of records that cannot be told apart", equal.unpack_but("9", &[0, 1], 100, bare)),
        (
            "all of an aggregate again after its second record failed",
            both().unpack_but("9", &[0, 1], 100, second_failed).unpack("9", &[0, 1], 200),
        ),
        (
            "an aggregate that is in the stream twice",
            story().pack("12", &[0, 1]).unpack("9", &[0, 1], 100).unpack("12", &[0, 1], 200),
        ),
        (
            "an aggregate that was packed anew, with one record more",
            story().pack("12", &[0, 1, 2]).unpack("9", &[0, 1], 100).unpack("12", &[0, 1, 2], 200),
        ),
        (
            "two copies of an unanswered aggregate",
            unanswered.unpack("9", &[0, 1], 100).unpack("10", &[0, 1], 200).through(2, "low", "11"),
        ),
        (
            "the places begin anew in a child",
            parent.put_but(2, "1", child).unpack_but("1", &[2], 200, |it| it.shard = "child".into()),
        ),
    ]
}
