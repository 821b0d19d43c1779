//! Histories of several functions that read one stream.

use super::*;

/// Two records, and what a function of this name did with them, so much later than in time.
fn processed(story: Story, name: Option<&'static str>, after: u64, numbers: &[u64]) -> Story {
    (0..).zip(numbers).fold(story, |story, (place, &number)| {
        let sequence_number = (9 + number).to_string();
        story.process_but(number, &sequence_number, after + 100 * place, |it| it.function = name.map(Into::into))
    })
}

fn puts() -> Story {
    Story::with_shards().put(0, "9").put(1, "10")
}

#[test]
fn functions_on_one_stream_are_checked_each_by_itself() {
    let both = processed(processed(puts(), Some("one"), 100, &[0, 1]), Some("other"), 105, &[0, 1]);
    let verdict = check(&both.events);
    assert!(verdict.holds(), "they overlap, as they may: {verdict}");
    assert_eq!((verdict.totals.processed, verdict.totals.duplicates, verdict.no_loss.checked), (2, 0, 4));
    let lost = processed(processed(puts(), Some("one"), 100, &[0, 1]), Some("other"), 105, &[0]);
    let verdict = check(&lost.events);
    assert_eq!(verdict.no_loss.violations, 1, "{verdict}");
    assert!(verdict.to_string().contains("was acknowledged at 2 µs and never processed by other"), "{verdict}");
    let swapped = processed(processed(puts(), Some("one"), 100, &[0, 1]), Some("other"), 105, &[1, 0]);
    let verdict = check(&swapped.events);
    assert_eq!((verdict.process_order.violations, verdict.no_overlap.violations), (1, 0), "{verdict}");
    assert!(verdict.to_string().contains("(request request-105 of function other)"), "{verdict}");
}

#[test]
fn lines_without_a_name_are_of_the_one_function_that_others_name() {
    let updated = processed(processed(puts(), None, 100, &[0]), Some("one"), 200, &[1]);
    assert!(check(&updated.events).holds());
    let overlapping = processed(processed(puts(), None, 100, &[0]), Some("one"), 105, &[1]);
    assert_eq!(check(&overlapping.events).no_overlap.violations, 1);
}

#[test]
fn lines_without_a_name_among_several_functions_belong_to_none() {
    let both = processed(processed(puts(), Some("one"), 100, &[0, 1]), Some("other"), 105, &[0]);
    let verdict = check(&processed(both, None, 305, &[1]).events);
    assert_eq!((verdict.no_loss.violations, verdict.completeness.total(Lack::Functions)), (0, 1), "{verdict}");
    assert_eq!(verdict.conclusion(), Conclusion::Incomplete);
}
