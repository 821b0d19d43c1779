//! Histories that only look as if something was wrong.

use super::*;

type Case = (&'static str, Story);

#[test]
fn what_only_looks_like_a_violation_is_none() {
    for (name, story) in [repetitions(), puts(), identities(), times()].into_iter().flatten() {
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
    let plain = |it: &mut Produce| (it.context, it.payload_crc32) = (None, 0);
    let bare = |it: &mut Process| (it.order, it.context, it.payload_crc32) = (None, None, 0);
    let equal = Story::with_shards().put_but(0, "9", plain).put_but(1, "9", plain);
    let two = |it: &mut Produce| it.order.producer = ProducerId::from_bits(2);
    vec![
        ("the group hidden by a traceparent as key", one().process_but(0, "9", 100, hidden)),
        ("an aggregate: one number, several records", one().put(1, "9").process(0, "9", 100).process(1, "9", 110)),
        (
            "an aggregate of records that cannot be told apart",
            equal.process_but(0, "9", 100, bare).process_but(0, "9", 110, bare),
        ),
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
