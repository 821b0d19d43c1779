use super::super::names::TRACES;
use super::super::variables::{Given, Variables};
use super::*;

fn read(variables: Given<'_>) -> (Signal, Vec<String>) {
    let variables: Variables = variables.iter().copied().collect();
    let mut reading = Reading::of(&variables);
    let signal = Signal::read(&mut reading, TRACES);
    (signal, reading.into_warnings())
}

#[test]
fn what_an_exporter_that_there_is_not_would_read_is_not_judged() {
    for (exporters, is_exported) in [("none", false), ("console", true), ("otlp/stdout", true)] {
        let (signal, warnings) = read(&[
            ("OTEL_TRACES_EXPORTER", exporters),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense"),
            ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "nonsense"),
            ("KINETRACE_OTLP_TRACES_SIGV4", "nonsense"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "nonsense"),
            ("OTEL_BSP_EXPORT_TIMEOUT", "nonsense"),
        ]);
        assert_eq!(signal.is_exported(), is_exported);
        assert!(warnings.is_empty(), "{warnings:?}");
    }
}

#[test]
fn the_signals_own_protocol_is_the_one_that_counts() {
    let (own, general) = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL");
    let table: [(Given<'_>, Form, &[&str]); 9] = [
        (&[(general, "http/protobuf")], Form::Protobuf, &[]),
        (&[(general, "HTTP/Protobuf")], Form::Protobuf, &[]),
        (&[(general, "HTTP/JSON\n")], Form::Json, &[]),
        (&[(general, "grpc"), (own, "http/json")], Form::Json, &[]),
        (&[(general, "http/json"), (own, "http/protobuf")], Form::Protobuf, &[]),
        (&[(general, "grpc")], Form::Protobuf, &[general]),
        (&[(general, "json")], Form::Protobuf, &[general]),
        (&[(general, "http/json"), (own, "grpc")], Form::Json, &[own]),
        (&[(general, "grpc"), (own, "grpc")], Form::Protobuf, &[own, general]),
    ];
    for (variables, form, told) in table {
        let (signal, warnings) = read(variables);
        let names: Vec<_> = warnings.iter().filter_map(|line| line.split('=').next()).collect();
        assert_eq!((signal.form, &names[..]), (form, told), "{variables:?}: {warnings:?}");
        let used = if form == Form::Json { "http/json is used" } else { "http/protobuf is used" };
        assert!(warnings.iter().all(|line| line.contains(used)), "{warnings:?}");
    }
}

#[test]
fn who_asks_for_grpc_is_told_what_to_use_and_of_its_port() {
    for (endpoint, names_port) in [
        ("http://collector:4317", true),
        ("http://[::1]:4317", true),
        ("http://collector:4318", false),
        ("https://otlp.example.com", false),
    ] {
        let (signal, warnings) = read(&[("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), (ENDPOINT, endpoint)]);
        assert_eq!((signal.form, signal.endpoint), (Form::Protobuf, format!("{endpoint}/v1/traces")));
        let [line] = &warnings[..] else { panic!("{warnings:?}") };
        assert!(line.contains("http/protobuf") && line.contains("4318"), "{line}");
        assert_eq!(line.contains("4317"), names_port, "{line}");
    }
}

#[test]
fn the_signals_own_timeout_wins_and_zero_means_no_limit() {
    let (own, general) = ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT");
    let export = "OTEL_BSP_EXPORT_TIMEOUT";
    let table: [(Given<'_>, u64, &[&str]); 10] = [
        (&[], 10_000, &[]),
        (&[(general, "1"), (own, "2")], 2, &[]),
        (&[(general, " 1 ")], 1, &[]),
        (&[(general, "0")], i32::MAX as u64, &[]),
        (&[(general, "18446744073709551615")], i32::MAX as u64, &[]),
        (&[(export, "500")], 500, &[]),
        (&[(export, "0"), (general, "7")], 7, &[]),
        (&[(own, "5s"), (general, "7")], 7, &["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT=\"5s\" is not understood, so 7 is"]),
        (&[(general, "-1")], 10_000, &["OTEL_EXPORTER_OTLP_TIMEOUT=\"-1\" is not understood, so 10000 is used"]),
        (&[(export, "x")], 10_000, &["OTEL_BSP_EXPORT_TIMEOUT=\"x\""]),
    ];
    for (variables, milliseconds, told) in table {
        let (signal, warnings) = read(variables);
        assert_eq!(signal.timeout, Duration::from_millis(milliseconds), "{variables:?}");
        assert_eq!(warnings.len(), told.len(), "{warnings:?}");
        assert!(warnings.iter().zip(told).all(|(line, told)| line.starts_with(told)), "{warnings:?}");
    }
}

#[test]
fn the_first_endpoint_that_is_a_url_is_used_and_no_secret_is_told() {
    let own = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    let table: [(Given<'_>, &str, &str); 9] = [
        (&[], "http://localhost:4318/v1/traces", ""),
        (&[(ENDPOINT, "http://c:4318\n")], "http://c:4318/v1/traces", ""),
        (&[(ENDPOINT, "http://c?api_key=secret")], "http://c/v1/traces?api_key=secret", ""),
        (&[(ENDPOINT, "http://a"), (own, "http://c:4318")], "http://c:4318/", ""),
        (&[(ENDPOINT, "http://a"), (own, "grpc://c")], "http://a/v1/traces", "so http://a/v1/traces is used"),
        (&[(ENDPOINT, "c:4318")], "http://localhost:4318/v1/traces", "no scheme"),
        (&[(ENDPOINT, "http://?api_key=secret")], "http://localhost:4318/v1/traces", "no host"),
        (&[(ENDPOINT, "http://u:secret@c")], "http://c/v1/traces", "has a user"),
        (&[(ENDPOINT, "http://c/v1/traces")], "http://c/v1/traces/v1/traces", "is a base URL"),
    ];
    for (variables, endpoint, told) in table {
        let (signal, warnings) = read(variables);
        assert_eq!(signal.endpoint, endpoint, "{variables:?}");
        let line = warnings.join("\n");
        assert!(line.contains(told) && line.is_empty() == told.is_empty(), "{variables:?}: {line}");
        assert!(!line.contains("secret"), "{line}");
    }
}
