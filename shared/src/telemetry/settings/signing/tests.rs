use super::super::names::{METRICS, TRACES};
use super::super::signal::Signal;
use super::super::variables::{Given, Variables};
use super::*;

fn of_host(host: &str) -> Option<String> {
    Signing::of_host(host).map(|signing| signing.to_string())
}

#[test]
fn service_and_region_are_those_of_the_host() {
    for (host, signing) in [
        ("xray.eu-central-1.amazonaws.com", "xray/eu-central-1"),
        ("XRAY.EU-Central-1.AmazonAWS.com", "xray/eu-central-1"),
        ("xray.eu-central-1.amazonaws.com.", "xray/eu-central-1"),
        ("xray.cn-north-1.amazonaws.com.cn", "xray/cn-north-1"),
        ("xray.us-gov-west-1.amazonaws.com", "xray/us-gov-west-1"),
        ("xray.eusc-de-east-1.amazonaws.eu", "xray/eusc-de-east-1"),
        ("xray.us-iso-east-1.c2s.ic.gov", "xray/us-iso-east-1"),
        ("xray-fips.us-east-1.amazonaws.com", "xray/us-east-1"),
        ("monitoring.eu-central-1.amazonaws.com", "monitoring/eu-central-1"),
        ("monitoring.eu-central-1.api.aws", "monitoring/eu-central-1"),
        ("logs.eu-central-1.amazonaws.com", "logs/eu-central-1"),
        ("logs-fips.us-east-1.api.aws", "logs/us-east-1"),
        ("vpce-0ab1-xyz.xray.eu-central-1.vpce.amazonaws.com", "xray/eu-central-1"),
        ("vpce-0ab1-xyz-eu-central-1a.xray.eu-central-1.vpce.amazonaws.com", "xray/eu-central-1"),
    ] {
        assert_eq!(of_host(host).as_deref(), Some(signing), "{host}");
    }
}

#[test]
fn a_host_that_only_looks_like_cloudwatchs_gets_no_signature() {
    for host in [
        "xray.eu-central-1.amazonaws.com.evil.example",
        "xray.eu-central-1.evil-amazonaws.com",
        "evil.xray.eu-central-1.amazonaws.com",
        "evil.xray.eu-central-1.vpce.amazonaws.com",
        "xray.eu-central-1.vpce.amazonaws.com",
        "xray.eu-central-1.elb.amazonaws.com",
        "xray.elb.amazonaws.com",
        "xray..amazonaws.com",
        "xray.amazonaws.com",
        "xray.-1.amazonaws.com",
        "xray.eu_central-1.amazonaws.com",
        "bucket.s3.eu-central-1.amazonaws.com",
        "kinesis.eu-central-1.amazonaws.com",
        "amazonaws.com",
        "localhost",
        "127.0.0.1",
        "",
    ] {
        assert_eq!(of_host(host), None, "{host}");
    }
}

/// Of traces, and of metrics, with what is told.
fn read(variables: Given<'_>) -> ([String; 2], Vec<String>) {
    let variables: Variables = variables.iter().copied().collect();
    let mut reading = Reading::of(&variables);
    let signing = [TRACES, METRICS].map(|names| {
        let signal = Signal::read(&mut reading, names);
        match signal.signing.as_ref() {
            _ if !signal.is_exported() => "off".to_owned(),
            Some(signing) => signing.to_string(),
            None => "unsigned".to_owned(),
        }
    });
    (signing, reading.into_warnings())
}

const XRAY: (&str, &str) = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://xray.eu-central-1.amazonaws.com/v1/traces");

#[cfg(feature = "sigv4")]
#[test]
fn what_is_signed_follows_from_the_endpoint_and_can_be_named_for_others() {
    let loopback = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318");
    let named = ("KINETRACE_OTLP_SIGV4", "osis/eu-central-1");
    let table: [(Given<'_>, [&str; 2], &[&str]); 19] = [
        (&[], ["unsigned"; 2], &[]),
        (&[XRAY], ["xray/eu-central-1", "unsigned"], &[]),
        (&[XRAY, ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20key")], ["unsigned"; 2], &[]),
        (&[loopback, named], ["osis/eu-central-1"; 2], &[]),
        (
            &[loopback, named, ("KINETRACE_OTLP_METRICS_SIGV4", " aps/us-east-1\n")],
            ["osis/eu-central-1", "aps/us-east-1"],
            &[],
        ),
        (
            &[loopback, ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "Authorization=k"), named],
            ["unsigned", "osis/eu-central-1"],
            &["KINETRACE_OTLP_SIGV4=\"osis/eu-central-1\" has no effect"],
        ),
        (
            &[loopback, ("KINETRACE_OTLP_SIGV4", "osis")],
            ["unsigned"; 2],
            &["KINETRACE_OTLP_SIGV4=\"osis\" is not understood"],
        ),
        (
            &[
                loopback,
                ("KINETRACE_OTLP_SIGV4", "osis"),
                ("AWS_REGION", "eu-west-1"),
                ("AWS_DEFAULT_REGION", "us-east-1"),
            ],
            ["osis/eu-west-1"; 2],
            &[],
        ),
        (
            &[loopback, ("KINETRACE_OTLP_SIGV4", "osis"), ("AWS_DEFAULT_REGION", "us-east-1")],
            ["osis/us-east-1"; 2],
            &[],
        ),
        (&[loopback, named, ("AWS_REGION", "eu-west-1")], ["osis/eu-central-1"; 2], &[]),
        (
            &[loopback, ("KINETRACE_OTLP_SIGV4", "osis/"), ("AWS_REGION", "eu-west-1")],
            ["unsigned"; 2],
            &["or SERVICE with AWS_REGION set"],
        ),
        (&[loopback, ("KINETRACE_OTLP_SIGV4", "a/b/c")], ["unsigned"; 2], &["write SERVICE/REGION"]),
        (
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", "https://xray.eu-central-1.amazonaws.com")],
            ["xray/eu-central-1", "off"],
            &["no metrics are exported: https://xray.eu-central-1.amazonaws.com/v1/metrics takes traces only: set \
               OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=https://monitoring.eu-central-1.amazonaws.com/v1/metrics"],
        ),
        (
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", "https://XRay.cn-north-1.amazonaws.com.cn")],
            ["xray/cn-north-1", "off"],
            &["set OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=https://monitoring.cn-north-1.amazonaws.com.cn/v1/metrics"],
        ),
        (
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", "https://xray-fips.us-east-1.amazonaws.com")],
            ["xray/us-east-1", "off"],
            &["set OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=https://monitoring-fips.us-east-1.amazonaws.com/v1/metrics"],
        ),
        (
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", "https://vpce-0ab1-xyz.xray.eu-central-1.vpce.amazonaws.com")],
            ["xray/eu-central-1", "off"],
            &["set OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=https://monitoring.eu-central-1.amazonaws.com/v1/metrics"],
        ),
        // What AWS answers there, nobody knows how to read.
        (
            &[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://xray.eu-central-1.amazonaws.com/")],
            ["off", "unsigned"],
            &["no traces are exported: https://xray.eu-central-1.amazonaws.com/ has no path: set \
               OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=https://xray.eu-central-1.amazonaws.com/v1/traces"],
        ),
        (
            &[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://xray.eu-central-1.amazonaws.com/v1/traces")],
            ["off", "unsigned"],
            &["no traces are exported: http://xray.eu-central-1.amazonaws.com/v1/traces is not https://"],
        ),
        (
            &[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://gateway:4318/v1/traces"), named],
            ["off", "osis/eu-central-1"],
            &["no traces are exported: http://gateway:4318/v1/traces is not https://"],
        ),
    ];
    for (variables, signing, told) in table {
        let (found, lines) = read(variables);
        assert_eq!(found, signing, "{variables:?}");
        assert_eq!(lines.len(), told.len(), "{variables:?}: {lines:?}");
        assert!(lines.iter().zip(told).all(|(line, told)| line.contains(told)), "{variables:?}: {lines:?}");
    }
}

#[cfg(not(feature = "sigv4"))]
#[test]
fn a_program_without_signatures_says_so_where_it_would_need_one() {
    let (found, lines) = read(&[XRAY]);
    assert_eq!(found, ["off", "unsigned"]);
    assert!(lines[0].contains("turn on the feature `sigv4`") && lines.len() == 1, "{lines:?}");
    let bearer = ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20key");
    assert_eq!(read(&[XRAY, bearer]), (["unsigned", "unsigned"].map(str::to_owned), Vec::new()));
}
