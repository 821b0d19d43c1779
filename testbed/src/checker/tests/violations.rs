//! Histories that violate one property each.

use super::*;

type Case = (&'static str, Story, &'static [&'static str]);

#[test]
fn each_violation_is_found_once_and_under_its_name_only() {
    let cases = [losses(), placements(), orders(), overlaps(), traces(), packs(), unpackings()];
    for (name, story, violated) in cases.into_iter().flatten() {
        let verdict = check(&story.events);
        let found: Vec<_> = verdict.properties().into_iter().filter(|it| !it.holds()).map(|it| it.name).collect();
        assert_eq!(found, violated, "{name}:\n{verdict}");
        assert!(verdict.properties().into_iter().all(|it| it.violations <= 1), "{name}:\n{verdict}");
        assert!(!verdict.holds(), "{name}");
    }
}

fn losses() -> Vec<Case> {
    vec![
        ("never processed", pair().put(2, "11"), &["no loss"]),
        ("never processed successfully", pair().put(2, "11").process_but(2, "11", 300, failed), &["no loss"]),
        (
            "never processed, but a foreign record with the same count was",
            pair().put(2, "11").process_but(2, "99", 300, |it| it.group = Some("foreign".into())),
            &["no loss"],
        ),
        ("other bytes", pair().process_but(1, "10", 300, |it| it.payload_crc32 = 77), &["non-interference"]),
    ]
}

fn placements() -> Vec<Case> {
    let on = |shard: &'static str| move |it: &mut Produce| it.shard = Some(shard.into());
    let from = |shard: &'static str| move |it: &mut Process| it.shard = shard.into();
    let third = |shard: &'static str| pair().put_but(2, "11", on(shard)).process_but(2, "11", 300, from(shard));
    let undescribed = Story::default().put(0, "9").process(0, "9", 100);
    vec![
        ("a foreign hash range", third("high"), &["placement"]),
        ("a shard that is not described", third("new"), &["placement"]),
        (
            "the wrong part of what was merged",
            Story::with_generations().through(0, "merged", "9").through(1, "right", "10"),
            &["placement"],
        ),
        ("a key by its hash, on two shards that share no place", hashed(third("high")), &["placement"]),
        (
            "a key by its hash, on both halves of what was merged",
            hashed(
                Story::with_generations().through(0, "merged", "9").through(1, "left", "10").through(2, "right", "11"),
            ),
            &["placement"],
        ),
        ("a key by its hash, on a shard that is not described", hashed(third("new")), &["placement"]),
        ("a copy on another shard", pair().process_but(1, "12", 300, from("high")), &["placement"]),
        (
            "two shards, none of them described",
            undescribed.put_but(1, "10", on("high")).process_but(1, "10", 200, from("high")),
            &["placement"],
        ),
    ]
}

fn orders() -> Vec<Case> {
    let story = Story::with_shards;
    let child =
        Story::with_split()
            .put_but(0, "1", |it| it.shard = Some("child".into()))
            .process_but(0, "1", 100, |it| it.shard = "child".into());
    vec![
        (
            "stored in reverse, by number",
            story().put(0, "10").process(0, "10", 100).put(1, "9").process(1, "9", 200),
            &["stream order"],
        ),
        ("the later record in the parent shard", child.put(1, "9").process(1, "9", 200), &["stream order"]),
        (
            "the later record two generations back, in one of two parents",
            Story::with_generations().through(0, "left", "1").through(1, "low", "9"),
            &["stream order"],
        ),
        (
            "a late commit of an unanswered put",
            story().put_but(0, "", unknown).put(1, "9").process(1, "9", 100).process(0, "10", 200),
            &["stream order", "process order"],
        ),
        (
            "processed in reverse",
            story().put(0, "9").process(0, "9", 200).put(1, "10").process(1, "10", 100),
            &["process order"],
        ),
        (
            "overtaken after a failure",
            story().put(0, "9").process_but(0, "9", 90, failed).put(1, "10").process(1, "10", 200).process(0, "9", 300),
            &["process order"],
        ),
    ]
}

fn overlaps() -> Vec<Case> {
    let long_failure = |it: &mut Process| {
        failed(it);
        it.end.0 = 195;
    };
    vec![
        ("at the same time", pair().put(2, "11").process(2, "11", 209), &["no overlap"]),
        ("a redelivery at the same time", pair().process(0, "9", 205), &["no overlap"]),
        ("within a longer one", pair().process_but(0, "9", 90, long_failure), &["no overlap"]),
        (
            "a record without a known put, by its own group",
            pair().process_but(0, "77", 205, |it| it.order = None),
            &["no overlap"],
        ),
    ]
}

fn traces() -> Vec<Case> {
    let again = |change: fn(&mut Process)| pair().process_but(1, "10", 300, change);
    vec![
        ("no context", again(|it| (it.context, it.relation) = (None, None)), &["trace"]),
        ("another record's context", again(|it| it.context = Some(context(0))), &["trace"]),
        ("a child in another trace", again(|it| it.span = Some(context(0))), &["trace"]),
        ("an unrelated span", again(|it| it.relation = None), &["trace"]),
        ("no span", again(|it| it.span = None), &["trace"]),
        ("no span but the sender's", again(|it| it.span = Some(context(1))), &["trace"]),
    ]
}

fn packs() -> Vec<Case> {
    let story = Story::with_shards;
    let unanswered = || story().put_but(0, "", unknown).put_but(1, "", unknown);
    let untold = || story().put(0, "9").put(1, "9");
    let second = |it: &mut Process| it.sub_sequence_number = Some(1);
    vec![
        (
            "packed in reverse, though processed in order",
            story().pack("9", &[1, 0]).process_but(0, "9", 100, second).unpack("9", &[1], 200),
            &["stream order"],
        ),
        ("packed in reverse", story().pack("9", &[1, 0]).unpack("9", &[1, 0], 100), &["stream order", "process order"]),
        (
            "packed in reverse, and the producer believes otherwise",
            story().pack("9", &[0, 1]).unpack("9", &[1, 0], 100),
            &["stream order", "process order"],
        ),
        (
            "packed in reverse, and the reader did not say how",
            story().pack("9", &[1, 0]).process(0, "9", 100).process(1, "9", 200),
            &["stream order"],
        ),
        (
            "packed in reverse, without an answer",
            unanswered().unpack("9", &[1, 0], 100),
            &["stream order", "process order"],
        ),
        (
            "packed in reverse, and the producer did not say how",
            untold().unpack("9", &[1, 0], 100),
            &["stream order", "process order"],
        ),
        (
            "the later record in an earlier aggregate",
            story().pack("9", &[0, 2]).pack("10", &[1]).unpack("9", &[0, 2], 100).unpack("10", &[1], 200),
            &["stream order", "process order"],
        ),
    ]
}

fn unpackings() -> Vec<Case> {
    let both = || Story::with_shards().pack("9", &[0, 1]);
    let two = || both().unpack("9", &[0, 1], 100);
    let equal = Story::with_shards().pack_but("9", &[0, 1], plain);
    let second = |it: &mut Process| it.sub_sequence_number = Some(1);
    let first_failed = |it: &mut Process| {
        if it.sub_sequence_number == Some(0) {
            failed(it)
        }
    };
    let untold = Story::with_shards().put(0, "9").put(1, "9");
    vec![
        ("one of an aggregate never processed", both().unpack("9", &[0], 100), &["no loss"]),
        ("the first of an aggregate never processed", both().process_but(1, "9", 100, second), &["no loss"]),
        (
            "one of an aggregate processed twice, and its double never",
            equal.unpack_but("9", &[0], 100, bare).unpack_but("9", &[0], 200, bare),
            &["no loss"],
        ),
        (
            "one of an aggregate never processed, and the producer did not say how it was packed",
            untold.unpack("9", &[0], 100),
            &["no loss"],
        ),
        (
            "the later one of an aggregate though the earlier had failed",
            both().unpack_but("9", &[0, 1], 100, first_failed).unpack("9", &[0, 1], 200),
            &["process order"],
        ),
        (
            "the records of an aggregate at the same time",
            both().unpack("9", &[0], 100).process_but(1, "9", 105, second),
            &["no overlap"],
        ),
        (
            "a copy packed anew on another shard",
            two().unpack_but("12", &[0], 300, |it| it.shard = "high".into()),
            &["placement"],
        ),
        ("its neighbour's bytes", two().unpack_but("9", &[0], 300, |it| it.payload_crc32 = 1), &["non-interference"]),
        ("its neighbour's context", two().unpack_but("9", &[0], 300, |it| it.context = Some(context(1))), &["trace"]),
    ]
}
