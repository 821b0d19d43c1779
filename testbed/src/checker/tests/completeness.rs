//! Histories in which something is missing.

use kinetrace::history::ProcessOutcome;

use super::*;

type Case = (&'static str, Story, &'static [(Lack, u64)]);

#[test]
fn what_is_missing_is_told_and_nothing_is_said_to_hold() {
    for (name, story, expected) in [lines(), counts(), values()].into_iter().flatten() {
        let verdict = check(&story.events);
        assert_eq!(lacks(&verdict), expected, "{name}:\n{verdict}");
        assert_eq!(verdict.conclusion(), Conclusion::Incomplete, "{name}:\n{verdict}");
    }
}

fn lines() -> Vec<Case> {
    let uncounted = |it: &mut Process| it.order = None;
    let hidden = |it: &mut Process| {
        (it.group, it.order, it.format) = (Some("00-1-1-01".into()), None, "partition_key".into());
    };
    let other_producer = |it: &mut Process| it.order.as_mut().unwrap().producer = ProducerId::from_bits(7);
    let unknown = |it: &mut Process| {
        it.group = Some("c".into());
        other_producer(it);
    };
    let first = || Story::with_shards().put(0, "9").process(0, "9", 100);
    vec![
        ("a put's line", pair().process(2, "11", 300), &[(Lack::PutLines, 1)]),
        ("a put's line, in the middle", first().process(1, "10", 200).through(2, "low", "11"), &[(Lack::PutLines, 1)]),
        (
            "a put's line, of a record without a count",
            pair().process_but(2, "11", 300, uncounted),
            &[(Lack::PutLines, 1)],
        ),
        (
            "a put's line, of a record that hides its key",
            pair().process_but(2, "11", 300, hidden),
            &[(Lack::PutLines, 1)],
        ),
        (
            "a put's line, in an aggregate",
            Story::with_shards().pack("9", &[0]).unpack_but("9", &[0, 1], 100, uncounted),
            &[(Lack::PutLines, 1)],
        ),
        (
            "all lines of an invocation of the producer",
            pair().process_but(0, "11", 300, other_producer),
            &[(Lack::PutLines, 1)],
        ),
        (
            "the same, of a key that nothing else is of",
            pair().process_but(0, "11", 300, unknown),
            &[(Lack::PutLines, 1)],
        ),
        (
            "the producer's log",
            Story::with_shards().process(0, "9", 100).process(1, "10", 200),
            &[(Lack::Puts, 1), (Lack::PutLines, 2)],
        ),
    ]
}

fn counts() -> Vec<Case> {
    let (first, third) = (|| Story::with_shards().through(0, "low", "9"), |it: Story| it.through(2, "low", "11"));
    let failed_put = |it: Story| it.put_but(1, "", |put| (unknown(put), put.outcome = PutOutcome::Failed).1);
    assert!(check(&third(failed_put(first())).events).holds(), "a record that was given up has a line");
    vec![
        ("a record in the middle", third(first()), &[(Lack::Counts, 1)]),
        ("the first records", third(Story::with_shards()), &[(Lack::Counts, 2)]),
        ("records of different length", first().through(4, "low", "11").through(6, "low", "12"), &[(Lack::Counts, 4)]),
    ]
}

fn values() -> Vec<Case> {
    let ids = |trace_id: &str, span_id: &str| Some(TraceIds::new(trace_id, span_id));
    let (zeros, good) = ("0".repeat(32), context(9).trace_id);
    let again = |change: &dyn Fn(&mut Process)| pair().process_but(0, "9", 300, change);
    let skip = |it: &mut Process| it.outcome = ProcessOutcome::Skipped;
    vec![
        ("a span of zeros", again(&|it| it.span = ids(&context(0).trace_id, &"0".repeat(16))), &[(Lack::OddValues, 1)]),
        ("a short span id", again(&|it| it.span = ids(&context(0).trace_id, "ff")), &[(Lack::OddValues, 1)]),
        (
            "a trace of zeros at both ends",
            pair().put_but(2, "11", |it| it.context = ids(&zeros, "00000000000000ff")).process_but(
                2,
                "11",
                300,
                |it| {
                    (it.context, it.span) = (ids(&zeros, "00000000000000ff"), ids(&zeros, "00000000000000fe"));
                },
            ),
            &[(Lack::OddValues, 2)],
        ),
        (
            "a span in upper case",
            again(&|it| it.span = ids(&good.to_uppercase(), "00000000000000FF")).link(),
            &[(Lack::OddValues, 1)],
        ),
        ("a number that is none", again(&|it| it.sequence_number = "9x".into()), &[(Lack::OddValues, 1)]),
        ("a put that went without a count", pair().put_but(2, "11", |it| it.order = None), &[(Lack::OddValues, 1)]),
        ("a clock set back while processing", again(&|it| it.end.0 = 250), &[(Lack::Times, 1)]),
        (
            "a clock set back while putting",
            pair().put_but(2, "11", |it| it.end.0 = 1).process(2, "11", 300),
            &[(Lack::Times, 1)],
        ),
        ("two functions and no name", two_functions().process_but(0, "9", 300, skip), &[(Lack::Functions, 1)]),
    ]
}

fn two_functions() -> Story {
    let by = |name: &'static str| move |it: &mut Process| it.function = Some(name.into());
    Story::with_shards().put(0, "9").process_but(0, "9", 100, by("one")).process_but(0, "9", 105, by("other"))
}

#[test]
fn records_of_another_program_that_knows_no_counts_are_foreign_only() {
    let other = |it: &mut Process| (it.group, it.order) = (Some("theirs".into()), None);
    let verdict = check(&pair().process_but(0, "50", 300, other).events);
    assert!(verdict.holds() && verdict.totals.foreign == 1, "{verdict}");
}

#[test]
fn ranges_are_named_by_their_ends_and_only_a_few_of_them() {
    let story = (0..8).fold(Story::with_shards(), |story, k| story.through(3 * k, "low", &(10 + k).to_string()));
    let text = check(&story.events).to_string();
    let named: Vec<_> = text.lines().filter(|line| line.contains("of key \"a\" (stream flights")).collect();
    assert_eq!(named.len(), 5, "{text}");
    assert_eq!(named[0], "  records 1 to 2 of key \"a\" (stream flights, producer 0000000000000001)");
    assert!(text.contains("incomplete, 14 records have no line at all"), "{text}");
}

/// The finding that a killed producer, which writes its lines last, made a good history of a bad one.
#[test]
fn without_the_lines_of_their_puts_records_are_in_order_by_their_own_count() {
    let backwards = (1..50).fold(Story::with_shards().through(0, "low", "9"), |story, count| {
        story.process(count, &(100 - count).to_string(), 10_000 - 100 * count)
    });
    let verdict = check(&backwards.events);
    assert_eq!((verdict.process_order.violations, verdict.stream_order.violations), (48, 48), "{verdict}");
    assert_eq!(lacks(&verdict), [(Lack::PutLines, 49)], "{verdict}");
    assert_eq!(verdict.conclusion(), Conclusion::Violated);
    let text = verdict.to_string();
    assert!(text.contains("records 1 to 49 of key \"a\""), "{text}");
}

#[test]
fn one_that_ends_before_it_starts_hides_no_overlap() {
    let back = |it: &mut Process| it.end.0 = 50;
    let verdict = check(&pair().process_but(0, "9", 205, back).events);
    assert_eq!((verdict.no_overlap.violations, verdict.completeness.total(Lack::Times)), (1, 1), "{verdict}");
    let verdict = check(&pair().process_but(0, "9", 195, back).process(0, "9", 191).events);
    assert_eq!(verdict.no_overlap.violations, 2, "the others are compared with one another as well: {verdict}");
}

#[test]
fn an_excerpt_may_begin_anywhere_but_has_no_gaps_from_there() {
    let excerpt = |story: Story| {
        let mut checker = Checker::new(CheckerSettings { excerpt: true, ..Default::default() });
        story.events.into_iter().for_each(|event| checker.add(event));
        checker.finish()
    };
    let from = |first: u64| Story::with_shards().through(first, "low", "9").through(first + 1, "low", "10");
    assert!(excerpt(from(4000)).holds());
    let put_before = Story::with_shards().process(3999, "8", 50);
    let verdict = excerpt(Story { events: [put_before.events, from(4000).events].concat() });
    assert!(verdict.holds(), "put before it, and processed in it: {verdict}");
    let verdict = excerpt(from(4000).through(4003, "low", "11"));
    assert_eq!(lacks(&verdict), [(Lack::Counts, 1)], "{verdict}");
    let verdict = excerpt(from(4000).process(4002, "11", 500_000));
    assert_eq!(lacks(&verdict), [(Lack::PutLines, 1)], "{verdict}");
    let verdict = excerpt(Story::with_shards().through(0, "low", "8").process_but(5, "9", 300, |it| {
        it.order.as_mut().unwrap().producer = ProducerId::from_bits(7);
    }));
    assert_eq!(lacks(&verdict), [(Lack::PutLines, 1), (Lack::Counts, 5)][..1], "{verdict}");
}
