//! Lines that another program wrote for one that writes none: whole batches, with one start and one end.

use kinetrace::history::{BatchPlace, FILTERED, ProcessOutcome, SEEN_FROM_OUTSIDE};

use super::*;

/// The outcome of the record at a number.
type Records<'a> = &'a [(&'a str, ProcessOutcome)];

const DONE: ProcessOutcome = ProcessOutcome::Succeeded;
const FAILED: ProcessOutcome = ProcessOutcome::Failed;

/// Puts of a client that tells nothing: who sees them counts them, in the order of the stream.
fn puts(numbers: &[&str]) -> Story {
    (0..).zip(numbers).fold(Story::with_shards(), |story, (sequence, number)| {
        story.put_but(sequence, number, |it| {
            (it.context, it.payload_crc32, it.format) = (None, 0, Some(SEEN_FROM_OUTSIDE.into()));
        })
    })
}

/// An invocation that is seen at its mapping.
fn invocation(story: Story, request: &str, (start, end): (u64, u64), records: Records<'_>) -> Story {
    (0..).zip(records).fold(story, |story, (index, (number, outcome))| {
        story.process_but(0, number, start, |it| {
            outside(it);
            (it.end.0, it.request_id, it.outcome) = (end, request.into(), *outcome);
            it.batch = Some(BatchPlace { number: 0, index });
        })
    })
}

fn outside(it: &mut Process) {
    (it.order, it.context, it.span, it.relation) = (None, None, None, None);
    (it.format, it.payload_crc32) = (SEEN_FROM_OUTSIDE.into(), 0);
}

/// Which properties are violated how often.
fn violated(story: &Story) -> Vec<(&'static str, u64)> {
    let verdict = check(&story.events);
    assert_eq!(verdict.totals.foreign, 0, "{verdict}");
    verdict.properties().into_iter().filter(|it| it.violations > 0).map(|it| (it.name, it.violations)).collect()
}

const THREE: [&str; 3] = ["9", "10", "11"];

#[test]
fn a_run_that_is_seen_from_outside_is_judged_by_its_batches() {
    let all = &[("9", DONE), ("10", DONE), ("11", DONE)];
    let failed = || invocation(puts(&THREE), "r", (100, 200), &[("9", DONE), ("10", FAILED), ("11", FAILED)]);
    for (what, story, expected) in [
        ("one batch", invocation(puts(&THREE), "r", (100, 200), all), vec![]),
        ("again from the one that failed", invocation(failed(), "s", (200, 300), &all[1..]), vec![]),
        ("all of it again", invocation(failed(), "s", (200, 300), all), vec![]),
        ("failures that the mapping does not look at", failed(), vec![("no loss", 2)]),
        ("again while the first goes on", invocation(failed(), "s", (199, 300), &all[1..]), vec![("no overlap", 2)]),
        (
            "the later batch first",
            invocation(invocation(puts(&THREE), "r", (100, 200), &all[1..]), "s", (200, 300), &all[..1]),
            vec![("process order", 2)],
        ),
        (
            "swapped in its batch",
            invocation(puts(&THREE), "r", (100, 200), &[("10", DONE), ("9", DONE), ("11", DONE)]),
            vec![("process order", 1)],
        ),
        ("never", invocation(puts(&THREE), "r", (100, 200), &all[..2]), vec![("no loss", 1)]),
    ] {
        assert_eq!(violated(&story), expected, "{what}");
    }
}

/// Who wrote such a line did not see them. Nor can it be said that they are as they should be.
#[test]
fn nothing_is_said_of_contexts_and_payloads_that_are_seen_from_outside_only() {
    let own_put = Story::with_shards().put(0, "9").process_but(0, "9", 100, outside);
    let own_processing = puts(&["9"]).process_but(0, "9", 100, |it| it.payload_crc32 = 7);
    for (what, story) in [("the processing", own_put), ("the put", own_processing)] {
        let verdict = check(&story.events);
        let checked = [&verdict.trace, &verdict.non_interference].map(|it| (it.checked, it.violations));
        assert_eq!(checked, [(0, 0); 2], "{what}: {verdict}");
        assert!(verdict.holds(), "{what}: {verdict}");
    }
    let both = Story::with_shards().put(0, "9").process(0, "9", 100).process_but(0, "9", 300, outside);
    let verdict = check(&both.events);
    assert_eq!([verdict.trace.checked, verdict.non_interference.checked], [1, 1], "where the function writes lines");
}

/// Whatever a function does with its batch is not to be seen from there.
#[test]
fn an_invocation_does_not_overlap_itself_though_it_does_not_say_in_which_order_its_records_came() {
    let mut story = invocation(puts(&THREE), "r", (100, 200), &THREE.map(|number| (number, DONE)));
    story.events.iter_mut().for_each(|event| {
        if let Event::Process(process) = event {
            process.batch = None;
        }
    });
    assert_eq!(violated(&story), []);
    assert_eq!(violated(&invocation(story, "s", (199, 300), &[("9", DONE)])), [("no overlap", 1)], "but another");
}

/// A function that was killed has written lines about the records that it got to. About the others there is only what the
/// mapping saw: the whole batch failed.
#[test]
fn an_invocation_with_lines_of_its_own_about_some_records_does_not_overlap_itself() {
    let own = |story: Story, number: &'static str, (start, end): (u64, u64), request: &'static str| {
        let sequence = THREE.iter().position(|it| *it == number).unwrap();
        story.process_but(u64::try_from(sequence).unwrap(), number, start, |it| {
            (it.end.0, it.request_id) = (end, request.into());
        })
    };
    let put = || Story::with_shards().put(0, "9").put(1, "10").put(2, "11");
    let killed = || {
        let told = own(own(put(), "9", (110, 120), "r"), "10", (120, 130), "r");
        invocation(told, "r", (100, 200), &[("11", FAILED)])
    };
    assert_eq!(violated(&own(killed(), "11", (210, 220), "s")), [], "the rest comes again");
    let early = own(killed(), "11", (150, 160), "s");
    assert_eq!(violated(&early), [], "its own lines are over by then");
    let within = own(own(put(), "9", (110, 140), "r"), "10", (120, 130), "r");
    let within = own(invocation(within, "r", (100, 200), &[("11", FAILED)]), "11", (210, 220), "s");
    assert_eq!(violated(&within), [("no overlap", 1)], "its own lines are believed");
}

#[test]
fn an_aggregate_that_is_seen_from_outside_has_a_line_for_each_of_its_records() {
    let each = |story: Story| {
        (0..2).fold(story, |story, place| {
            story.process_but(0, "9", 100, |it| {
                outside(it);
                (it.sub_sequence_number, it.batch) = (Some(place), Some(BatchPlace { number: 0, index: place }));
            })
        })
    };
    assert_eq!(violated(&each(Story::with_shards().pack("9", &[0, 1]))), []);
}

/// A record that the filters of a function's mapping did not let through.
fn filtered(story: Story, number: &str, at: u64, by: &'static str) -> Story {
    story.process_but(0, number, at, |it| {
        outside(it);
        (it.end.0, it.request_id, it.function) = (at, "filtered".into(), Some(by.into()));
        (it.outcome, it.format) = (ProcessOutcome::SkippedByHandler, FILTERED.into());
    })
}

/// It is filtered as it is read, while earlier records of its page wait for their batch or are with the function.
#[test]
fn a_filtered_record_is_not_lost_and_says_nothing_of_order_or_overlap() {
    let nine = |story| invocation(story, "r", (100, 200), &[("9", DONE)]);
    for (what, at) in [("before an earlier one", 50), ("during it", 150), ("after it", 250)] {
        let story = filtered(nine(puts(&["9", "10"])), "10", at, "f");
        let story = Story { events: story.events.into_iter().map(by_f).collect() };
        assert_eq!(violated(&story), [], "{what}");
        let verdict = check(&story.events);
        assert!(verdict.holds(), "{what}: {verdict}");
        let Totals { processings, processed, skipped_by_handler, filtered, .. } = verdict.totals;
        assert_eq!((processings, processed, skipped_by_handler, filtered), (1, 1, 0, 1), "{what}");
    }
}

/// Or the filter of one function would hide that another has lost the record.
#[test]
fn a_record_that_one_function_is_not_to_get_has_to_be_processed_by_the_other() {
    let both = filtered(filtered(puts(&["9", "10"]), "9", 50, "f"), "10", 50, "g");
    let by = |name: &'static str| {
        move |it: &mut Process| {
            outside(it);
            it.function = Some(name.into());
        }
    };
    let lost = both.process_but(0, "9", 100, by("g"));
    assert_eq!(violated(&lost), [("no loss", 1)]);
    let whole = lost.process_but(0, "10", 200, by("f"));
    assert_eq!(violated(&whole), []);
}

fn by_f(mut event: kinetrace::history::Event) -> kinetrace::history::Event {
    if let kinetrace::history::Event::Process(it) = &mut event {
        it.function = Some("f".into());
    }
    event
}

/// Its client chose the place; the key hashes to `low`.
#[test]
fn a_record_belongs_where_its_explicit_hash_key_is() {
    let upper = || Some(kinetrace::HashKey::from(u128::MAX));
    for (shard, explicit, expected) in [("high", upper(), 0), ("low", upper(), 1), ("high", None, 1), ("low", None, 0)]
    {
        let put = Story::with_shards().put_but(0, "9", |it| {
            (it.shard, it.explicit_hash_key, it.context) = (Some(shard.to_owned()), explicit, None);
        });
        let story = put.process_but(0, "9", 100, |it| {
            outside(it);
            it.shard = shard.into();
        });
        let verdict = check(&story.events);
        assert_eq!(verdict.placement.violations, expected, "{shard} {explicit:?}: {verdict}");
    }
}
