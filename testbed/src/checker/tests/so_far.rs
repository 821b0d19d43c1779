//! A run that goes on, and is asked about in the middle.

use std::collections::HashSet;
use std::time::Duration;

use kinetrace::SequenceNumber;
use kinetrace::history::{Event, ProcessOutcome};
use proptest::prelude::*;

use super::runs::{fate, lines, shards};
use super::*;

fn checker(story: &Story) -> Checker {
    let mut checker = Checker::new(CheckerSettings::default());
    story.events.iter().cloned().for_each(|event| checker.add(event));
    checker
}

#[test]
fn a_record_that_waits_is_not_lost_yet_and_one_that_does_not_is() {
    let checker = checker(&pair().put(2, "11").put(3, "12").process_but(3, "12", 300, failed));
    for (waiting, lost) in [(&["11", "12"][..], &[][..]), (&["12"], &["11"]), (&["11"], &["12"]), (&[], &["11", "12"])]
    {
        let verdict = checker.so_far(&|stream, shard, number| {
            assert_eq!((stream, shard), ("flights", "low"));
            waiting.contains(&number.as_str())
        });
        let named = verdict.no_loss.violations_named.iter().flat_map(|it| &it.records);
        let named: Vec<_> = named.map(|id| id.sequence_number.as_str()).collect();
        assert_eq!(named, lost, "{verdict}");
    }
    assert_eq!(checker.finish().no_loss.violations, 2, "at its end nothing waits");
}

/// Lines that are on their way are not missing.
#[test]
fn nothing_is_missing_of_a_run_that_goes_on() {
    for story in [
        Story::with_shards(),
        Story::with_shards().put(0, "9"),
        Story::with_shards().put(1, "10"),
        Story::with_shards().process(0, "9", 100),
        pair().process(2, "11", 300),
    ] {
        let checker = checker(&story);
        assert_eq!(lacks(&checker.so_far(&|_, _, _| true)), []);
        assert_ne!(lacks(&checker.finish()), [], "at its end it is");
    }
    let odd = pair().process_but(0, "9", 300, |it| it.end.0 = 0);
    assert_eq!(lacks(&checker(&odd).so_far(&|_, _, _| true)), [(Lack::Times, 1)], "what is there is judged");
}

proptest! {
    #[test]
    fn to_be_asked_changes_no_verdict(fates in prop::collection::vec(fate(), 0..60), every in 1..20_usize) {
        let mut lines = lines(&fates, false);
        lines.sort_by_key(|(time, _)| *time);
        let settings = CheckerSettings { settle_after: Some(Duration::from_millis(100)), ..Default::default() };
        let run = |is_asked: bool| {
            let mut checker = Checker::new(settings);
            checker.least = 1;
            for (number, event) in shards().into_iter().chain(lines.iter().map(|(_, event)| event.clone())).enumerate() {
                checker.add(event);
                if is_asked && number.is_multiple_of(every) {
                    checker.so_far(&|_, _, _| true);
                }
            }
            (checker.so_far(&|_, _, _| false), checker.finish())
        };
        let ((so_far, asked), (_, unasked)) = (run(true), run(false));
        prop_assert_eq!(&asked, &unasked);
        let properties = |verdict: &Verdict| verdict.properties().map(|it| (it.checked, it.violations, it.examples.clone()));
        prop_assert_eq!(properties(&so_far), properties(&asked), "what is said last is the verdict");
        prop_assert_eq!(so_far.totals, asked.totals);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_clean_run_is_clean_whenever_it_is_asked(fates in prop::collection::vec(fate(), 0..60)) {
        let mut lines = lines(&fates, true);
        lines.sort_by_key(|(time, _)| *time);
        let settings = CheckerSettings { settle_after: Some(Duration::from_millis(100)), ..Default::default() };
        let mut checker = Checker::new(settings);
        checker.least = 8;
        shards().into_iter().for_each(|event| checker.add(event));
        let mut done = HashSet::<SequenceNumber>::new();
        for (_, event) in lines {
            if let Event::Process(process) = &event {
                let is_done = process.outcome == ProcessOutcome::Succeeded;
                done.extend(is_done.then(|| process.sequence_number.clone()));
            }
            checker.add(event);
            let verdict = checker.so_far(&|_, _, number| !done.contains(number));
            prop_assert!(verdict.properties().into_iter().all(Property::holds), "{}", verdict);
            prop_assert_eq!(lacks(&verdict), vec![]);
        }
        let (records, processed) = (done.len(), checker.finish().totals.processed);
        prop_assert_eq!(records, processed);
    }
}

/// Or a function that loses everything would take all of the memory.
#[test]
fn what_is_given_up_is_lost_and_forgotten() {
    let mut checker =
        Checker::new(CheckerSettings { settle_after: Some(Duration::from_micros(100)), ..Default::default() });
    checker.least = 50;
    let story = (0..1000_u64).fold(Story::with_shards(), |story, sequence| {
        let (number, start) = (1000 + sequence, sequence * 10);
        let put = |it: &mut Produce| (it.start.0, it.end.0) = (start, start + 1);
        story.put_but(sequence, &number.to_string(), put).process_but(sequence, &number.to_string(), start + 2, |it| {
            failed(it);
            it.end.0 = start + 9;
        })
    });
    let mut most = 0;
    for event in story.events {
        checker.add(event);
        if checker.unsettled() > 200 {
            checker.give_up(&|_, _, number| number.as_str() == "1999");
        }
        most = most.max(checker.unsettled());
    }
    assert!(most < 300, "{most} lines were kept");
    let verdict = checker.so_far(&|_, _, number| number.as_str() == "1999");
    assert_eq!((verdict.no_loss.violations, verdict.no_loss.checked), (999, 999), "{verdict}");
    let verdict = checker.finish();
    assert_eq!((verdict.no_loss.violations, verdict.totals.acknowledged), (1000, 1000), "{verdict}");
    assert_eq!((verdict.forgotten, lacks(&verdict)), (Forgotten::default(), vec![]));
}
