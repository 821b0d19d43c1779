//! A function that loses records.

use crate::events;
use crate::function;
use crate::running::Running;

#[test]
fn records_that_a_function_reports_and_that_nobody_heeds_are_named_as_lost() {
    let (_directory, input) = events::file(40, 5);
    let flags = ["--input", &input, "--group-by", "plane", "--rate", "500", "--batch-size", "1", "--once"];
    let finished = Running::start_with(&function::flags("ignored"), &flags).finish();
    assert_eq!(finished.code, Some(1), "{finished:#?}");
    // 7, 17, 27, 37: all of plane 2.
    assert!(finished.stdout.contains("no loss, 4 of 40:"), "{finished:#?}");
    assert!(finished.stdout.contains(r#"record 1 of key "N2""#), "{finished:#?}");
    assert!(finished.stdout.contains("verdict: VIOLATED"), "{finished:#?}");
}

#[test]
fn where_the_mapping_looks_at_what_is_reported_it_is_not_lost_before_it_is_given_up() {
    let (_directory, input) = events::file(40, 5);
    let reported = ["--function-response-types", "ReportBatchItemFailures", "--maximum-retry-attempts", "1"];
    let flags = ["--input", &input, "--group-by", "plane", "--rate", "500", "--batch-size", "1", "--once"];
    let finished = Running::start_with(&function::flags("ignored"), &[&flags[..], &reported].concat()).finish();
    assert_eq!(finished.code, Some(1), "{finished:#?}");
    assert!(finished.stdout.contains("none of its 2 processings succeeded"), "{finished:#?}");
    assert!(finished.stderr.contains("given up"), "{finished:#?}");
}
