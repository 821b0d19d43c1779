//! BisectBatchOnFunctionError, and answers that divide a batch.

use super::*;

/// As <https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html> has it.
#[test]
fn a_partial_answer_divides_a_batch_at_its_number_and_a_failure_in_the_middle_whatever_is_reported() {
    let settings = Settings { batch_size: 6, ..Settings::of_template() };
    let mut lanes = lanes_of(settings, "abcdef");
    let mut tried = Vec::new();
    for outcome in [rewind(2), failure(), failure(), Outcome::Success, Outcome::Success, Outcome::Success] {
        let batch = lanes.take().unwrap();
        tried.push((numbers(&batch.records).concat(), batch.cause, batch.failures));
        lanes.settle(batch, &outcome);
    }
    let expected = [
        ("012345", Cause::Fresh, 0),
        ("2345", Cause::Retry, 1),
        ("23", Cause::Bisected, 1),
        ("2", Cause::Bisected, 1),
        ("3", Cause::Bisected, 1),
        ("45", Cause::Bisected, 1),
    ];
    assert_eq!(tried, expected.map(|(numbers, cause, failures)| (numbers.to_owned(), cause, failures)));
    assert!(lanes.is_empty());
}

#[test]
fn bisecting_isolates_the_bad_record_in_order_and_uses_up_no_retries() {
    let settings = Settings {
        batch_size: 4,
        maximum_retry_attempts: Some(0),
        bisect_batch_on_function_error: true,
        ..Settings::default()
    };
    for (bad, expected) in [('0', ["0123", "01", "0", "1", "23"]), ('2', ["0123", "01", "23", "2", "3"])] {
        let mut lanes = lanes_of(settings.clone(), "abcd");
        let (mut tried, mut discarded) = (Vec::new(), Vec::new());
        while let Some(batch) = lanes.take() {
            tried.push(numbers(&batch.records).concat());
            let fails = tried.last().is_some_and(|batch| batch.contains(bad));
            let settled = lanes.settle(batch, &if fails { failure() } else { Outcome::Success });
            discarded.extend(settled.discarded.into_iter().flat_map(|(records, _)| records));
        }
        assert_eq!(tried, expected);
        assert_eq!(numbers(&discarded), [bad.to_string()]);
    }
}
