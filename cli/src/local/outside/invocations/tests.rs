//! Invocations, and the lines that they come to.

use super::super::part::Part;
use super::*;

const SECOND: u64 = 1_000_000;

fn known() -> Known {
    let mut known = Known::default();
    for number in ["1", "2", "3"] {
        let part = Part { key: "k".into(), sub_sequence_number: None, order: None, context: None, payload_crc32: 7 };
        known.add("s", "shard", &number.into(), [part].into());
    }
    known
}

fn began() -> Invocations {
    let mut invocations = Invocations::new(vec![Mapped { stream: "s".into(), function: "f".into() }]);
    let began = Happening::Began {
        invocation: 5,
        shard: "shard".to_owned(),
        lane: 0,
        records: ["1", "2", "3"].map(SequenceNumber::from).to_vec(),
        cause: kinetrace_testbed::event_source_mapping::Cause::Fresh,
        attempt: 0,
    };
    invocations.outside(0, (Timestamp(SECOND), SECOND), &began, &known());
    invocations.handed_out((0, 5), "r-1", Timestamp(SECOND + 10), SECOND + 10);
    invocations
}

fn ended(answered: Answered, ignored: Option<&str>) -> Invocations {
    let mut invocations = began();
    let ended = Happening::Ended { invocation: 5, answered, ignored: ignored.map(SequenceNumber::from) };
    invocations.outside(0, (Timestamp(2 * SECOND), 2 * SECOND), &ended, &known());
    invocations
}

#[test]
fn the_answer_says_what_happened_to_each_record() {
    use ProcessOutcome::{Failed, NotReached, Succeeded};
    let table = [
        (Answered::Succeeded, None, [Succeeded, Succeeded, Succeeded]),
        (Answered::Partial { from: "2".into() }, None, [Succeeded, Failed, NotReached]),
        (Answered::Failed { reason: "no".to_owned() }, None, [Failed, Failed, Failed]),
        (Answered::Succeeded, Some("2"), [Succeeded, Failed, Failed]),
    ];
    for (answered, ignored, outcomes) in table {
        let lines = ended(answered.clone(), ignored).rest();
        assert_eq!(lines.iter().map(|line| line.outcome).collect::<Vec<_>>(), outcomes, "{answered:?} {ignored:?}");
        assert!(lines.iter().all(|line| line.error.is_some() == (line.outcome == Failed)), "{lines:?}");
    }
}

#[test]
fn a_line_names_the_record_the_request_and_the_time_in_which_the_function_had_it() {
    let lines = ended(Answered::Succeeded, None).rest();
    assert_eq!((lines[0].start, lines[0].end), (Timestamp(SECOND + 10), Timestamp(2 * SECOND)));
    let line = &lines[1];
    assert_eq!((&*line.request_id, line.function.as_deref(), line.group.as_deref()), ("r-1", Some("f"), Some("k")));
    assert_eq!((line.sequence_number.as_str(), line.payload_crc32), ("2", 7));
    assert_eq!(line.batch, Some(kinetrace::history::BatchPlace { number: 5, index: 1 }));
}

#[test]
fn a_record_of_which_the_function_tells_has_no_other_line_whether_that_comes_before_the_answer_or_after() {
    let own = |number: &str| {
        let mut own =
            Process::new("s", "shard", number, ProcessOutcome::Succeeded, Timestamp(SECOND), Timestamp(SECOND + 20));
        own.request_id = "r-1".into();
        own
    };
    let mut invocations = began();
    invocations.own(&own("1"));
    let ended = Happening::Ended { invocation: 5, answered: Answered::Succeeded, ignored: None };
    invocations.outside(0, (Timestamp(2 * SECOND), 2 * SECOND), &ended, &known());
    invocations.own(&own("3"));
    assert!(invocations.due(4 * SECOND - 1).is_empty());
    let lines = invocations.due(4 * SECOND);
    assert_eq!(lines.iter().map(|line| line.sequence_number.as_str()).collect::<Vec<_>>(), ["2"]);
}

#[test]
fn a_record_that_no_filter_lets_through_is_skipped() {
    let mut invocations = began();
    let filtered = Happening::Filtered { shard: "shard".to_owned(), records: vec!["2".into()] };
    invocations.outside(0, (Timestamp(SECOND), SECOND), &filtered, &known());
    let lines = invocations.rest();
    assert_eq!((lines.len(), lines[0].outcome), (1, ProcessOutcome::SkippedByHandler));
    assert!(lines[0].is_filtered(), "{lines:?}");
}

/// Or one of the functions would seem to have lost it.
#[test]
fn a_record_that_two_mappings_of_a_stream_filter_has_a_line_of_each() {
    let mapped = |function: &str| Mapped { stream: "s".into(), function: function.into() };
    let mut invocations = Invocations::new(vec![mapped("f"), mapped("g")]);
    let filtered = Happening::Filtered { shard: "shard".to_owned(), records: vec!["2".into()] };
    for mapping in [0, 1] {
        invocations.outside(mapping, (Timestamp(SECOND), SECOND), &filtered, &known());
    }
    let lines = invocations.rest();
    assert_eq!(lines.iter().filter_map(|line| line.function.as_deref()).collect::<Vec<_>>(), ["f", "g"]);
}

/// What a mapping reports of an invocation with the first record.
fn reports(answered: Answered) -> [Happening; 2] {
    let began = Happening::Began {
        invocation: 5,
        shard: "shard".to_owned(),
        lane: 0,
        records: vec!["1".into()],
        cause: kinetrace_testbed::event_source_mapping::Cause::Fresh,
        attempt: 0,
    };
    [began, Happening::Ended { invocation: 5, answered, ignored: None }]
}

#[test]
fn what_mapping_and_function_report_of_an_invocation_may_come_in_any_order() {
    for before in 0..=2 {
        let mut invocations = Invocations::new(vec![Mapped { stream: "s".into(), function: "f".into() }]);
        let [began, ended] = reports(Answered::Succeeded);
        for (step, happening) in [began, ended].iter().enumerate() {
            if step == before {
                invocations.handed_out((0, 5), "r-1", Timestamp(SECOND), SECOND);
            }
            invocations.outside(0, (Timestamp(2 * SECOND), 2 * SECOND), happening, &known());
        }
        if before == 2 {
            invocations.handed_out((0, 5), "r-1", Timestamp(SECOND), SECOND);
        }
        let lines = invocations.rest();
        assert_eq!(lines.iter().map(|line| &*line.request_id).collect::<Vec<_>>(), ["r-1"], "{before}");
    }
}

#[test]
fn an_invocation_that_no_environment_had_is_told_of_all_the_same() {
    let mut invocations = Invocations::new(vec![Mapped { stream: "s".into(), function: "f".into() }]);
    for happening in reports(Answered::Failed { reason: "cannot start".to_owned() }) {
        invocations.outside(0, (Timestamp(2 * SECOND), 2 * SECOND), &happening, &known());
    }
    assert_eq!(invocations.due(5 * SECOND).len(), 1);
}
