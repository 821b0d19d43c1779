//! What reaches an endpoint that takes signed requests only.

use std::collections::BTreeSet;

use crate::child::export;
use crate::cloudwatch::CloudWatch;

const TRACES: &str = "/v1/traces";
const METRICS: &str = "/v1/metrics";

/// As Lambda sets them.
const OF_FUNCTION: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT"),
    ("AWS_SECRET_ACCESS_KEY", "environment-s3cr3t/+"),
    ("AWS_SESSION_TOKEN", "environment-t0k3n+/="),
];

/// As ECS, EKS and Lambda's managed instances set them.
fn of_container(endpoint: &str) -> Vec<(String, String)> {
    let variables = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{endpoint}/credentials")),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "container-t0k3n".to_owned()),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
    ];
    variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn borrowed(variables: &[(String, String)]) -> Vec<(&str, &str)> {
    variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[test]
#[ignore = "needs what interop/run installs"]
fn spans_and_metrics_arrive_with_signatures_that_botocore_computes_alike() {
    let cloudwatch = CloudWatch::start("{}");
    let course = export([2, 3, 0], &cloudwatch.endpoint, &OF_FUNCTION);
    let report = cloudwatch.report();
    assert_eq!((course.lost, course.lines), (0, Vec::new()), "{report:?}");
    assert_eq!(report.taken(TRACES).len(), 6, "{report:?}");
    assert!(report.taken(METRICS).contains(&"counter"), "{report:?}");
    let scopes: BTreeSet<_> = report.requests.iter().filter_map(|request| request.scope.as_deref()).collect();
    assert_eq!(scopes, ["monitoring/eu-central-1", "xray/eu-central-1"].into(), "{report:?}");
}

#[test]
#[ignore = "needs what interop/run installs"]
fn credentials_that_expire_are_replaced_and_no_span_is_lost() {
    for options in [
        // Refused, though they were to last.
        r#"{"uses": 2}"#,
        // Always about to expire.
        r#"{"life": 1}"#,
    ] {
        let cloudwatch = CloudWatch::start(options);
        let variables = of_container(&cloudwatch.endpoint);
        let course = export([12, 1, 0], &cloudwatch.endpoint, &borrowed(&variables));
        let report = cloudwatch.report();
        assert_eq!((course.lost, course.lines), (0, Vec::new()), "{options}: {report:?}");
        assert_eq!(report.taken(TRACES).len(), 12, "{options}: {report:?}");
        if options.contains("uses") {
            let keys: BTreeSet<_> = report.requests.iter().filter_map(|request| request.key.as_deref()).collect();
            assert!(keys.len() >= 6, "{keys:?}");
            assert!(report.refusals().iter().all(|error| *error == "ExpiredTokenException"), "{report:?}");
            assert_eq!(report.credentials, keys.len(), "{report:?}");
        }
    }
}

#[test]
#[ignore = "needs what interop/run installs"]
fn a_clock_that_is_wrong_costs_one_request_and_no_span() {
    for ahead in [3600, -3600, 86_400 * 40] {
        let cloudwatch = CloudWatch::start(&format!("{{\"ahead\": {ahead}}}"));
        let no_metrics = [&OF_FUNCTION[..], &[("OTEL_METRICS_EXPORTER", "none")]].concat();
        let course = export([3, 1, 0], &cloudwatch.endpoint, &no_metrics);
        let report = cloudwatch.report();
        assert_eq!((course.lost, course.lines), (0, Vec::new()), "{ahead}: {report:?}");
        let statuses: Vec<_> = report.requests.iter().map(|request| request.status).collect();
        assert_eq!(statuses, [403, 200, 200, 200], "{ahead}: {report:?}");
    }
}

#[test]
#[ignore = "needs what interop/run installs"]
fn the_limits_of_the_endpoint_cost_no_span() {
    let cloudwatch = CloudWatch::start("{}");
    let batches = ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "100000");
    // Each of the links has more than 30 bytes.
    let course = export([1, 25_000, 10_000], &cloudwatch.endpoint, &[&OF_FUNCTION[..], &[batches]].concat());
    let report = cloudwatch.report();
    assert_eq!((course.lost, report.refusals()), (0, Vec::new()), "{:?}", course.lines);
    assert_eq!(report.taken(TRACES).len(), 25_001);
    let [batch, cut] = &course.lines[..] else { panic!("{:?}", course.lines) };
    assert!(batch.contains("is more than CloudWatch takes, so 10000 is used"), "{batch}");
    assert!(cut.starts_with("a span named \"linked\" has ") && cut.contains("0 of its attributes, 0 events"), "{cut}");
}

#[test]
#[ignore = "needs what interop/run installs"]
fn a_refusal_says_what_to_allow_or_to_turn_on_and_no_secret() {
    let wrong_key = ("AWS_SECRET_ACCESS_KEY", "wrong-s3cr3t");
    let strange = ("AWS_ACCESS_KEY_ID", "AKIDSTRANGE");
    for (options, variable, told) in [
        (
            r#"{"denied": true}"#,
            OF_FUNCTION[0],
            "must allow xray:PutTraceSegments, xray:PutSpans and xray:PutSpansForIndexing",
        ),
        (r#"{"destination": "XRay"}"#, OF_FUNCTION[0], "turn on Transaction Search"),
        ("{}", wrong_key, "signed for xray/eu-central-1"),
        ("{}", strange, "does not know the credentials"),
    ] {
        let cloudwatch = CloudWatch::start(options);
        let variables = [&OF_FUNCTION[..], &[("OTEL_METRICS_EXPORTER", "none"), variable]].concat();
        let course = export([1, 1, 0], &cloudwatch.endpoint, &variables);
        let [line] = &course.lines[..] else { panic!("{options}: {:?}", course.lines) };
        assert!(course.lost == 1 && line.contains(told), "{line}");
        let secrets = ["s3cr3t", "t0k3n", "AWS4-HMAC", "Signature="];
        assert!(!secrets.iter().any(|secret| line.contains(secret)), "{line}");
        assert_eq!(cloudwatch.report().requests.len(), 1, "{line}");
    }
}

#[test]
#[ignore = "needs what interop/run installs"]
fn credentials_that_never_come_cost_spans_only_and_a_line_says_so() {
    let disabled = ("AWS_EC2_METADATA_DISABLED", "true");
    for (options, is_container, told) in [
        (r#"{"hangs": true}"#, true, "their provider gave no answer within 500ms (OTEL_EXPORTER_OTLP_TIMEOUT)"),
        ("{}", false, "there are no credentials of AWS"),
    ] {
        let cloudwatch = CloudWatch::start(options);
        let container = of_container(&cloudwatch.endpoint);
        let container = if is_container { borrowed(&container) } else { Vec::new() };
        let timeout = ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "500");
        let variables = [&container[..], &[disabled, timeout, ("OTEL_METRICS_EXPORTER", "none")]].concat();
        let course = export([2, 1, 0], &cloudwatch.endpoint, &variables);
        assert_eq!(course.lost, 2, "{:?}", course.lines);
        assert!(course.lines[0].contains(told), "{:?}", course.lines);
        assert!(cloudwatch.report().requests.is_empty());
    }
}
