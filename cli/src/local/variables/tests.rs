//! What functions are given.

use super::*;

fn given(deployed: &[(&str, &str)], flags: &[&str]) -> (Pairs, Pairs) {
    let around = Surroundings { kinesis: "http://k".to_owned(), collector: "http://c".to_owned() };
    let deployed: Vec<_> = deployed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    variables("f", &deployed, &around, &|name| flags.contains(&name))
}

fn value(variables: &[(String, String)], name: &str) -> Option<String> {
    let mut values = variables.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone());
    let value = values.next();
    assert_eq!(values.next(), None, "{name} is there twice");
    value
}

#[test]
fn a_function_finds_what_is_here_and_keeps_what_is_its_own() {
    let (variables, changed) = given(&[("TABLE", "flights"), ("OTEL_TRACES_SAMPLER", "always_on")], &[]);
    let table = [
        ("TABLE", "flights"),
        ("OTEL_TRACES_SAMPLER", "always_on"),
        ("AWS_ENDPOINT_URL_KINESIS", "http://k"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c"),
        ("AWS_ACCESS_KEY_ID", "f"),
        ("KINETRACE_RECORD_LOG", "all"),
    ];
    for (name, expected) in table {
        assert_eq!(value(&variables, name).as_deref(), Some(expected), "{name}");
    }
    assert_eq!(changed, []);
}

#[test]
fn what_a_template_says_of_spans_and_lines_is_replaced_and_told_and_what_a_flag_says_stays() {
    let table = [
        ("OTEL_TRACES_EXPORTER", "none", Some("otlp")),
        ("OTEL_TRACES_EXPORTER", "console", None),
        ("KINETRACE_RECORD_LOG", "failures", Some("all")),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://otel.example", Some("http://c")),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://otel.example", Some("")),
        ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=0", Some("")),
        ("OTEL_METRICS_EXPORTER", "none", None),
    ];
    for (name, deployed, replaced) in table {
        let (variables, changed) = given(&[(name, deployed)], &[]);
        assert_eq!(value(&variables, name).as_deref(), Some(replaced.unwrap_or(deployed)), "{name}");
        let told: Vec<_> = changed.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(told, if replaced.is_some() { vec![name] } else { vec![] }, "{name}");
        let (variables, changed) = given(&[(name, deployed)], &[name]);
        assert_eq!((value(&variables, name).as_deref(), changed.len()), (Some(deployed), 0), "{name} by a flag");
    }
}

#[test]
fn a_value_that_is_empty_in_the_template_is_none_and_nothing_to_tell_of() {
    let (variables, changed) = given(&[("OTEL_EXPORTER_OTLP_ENDPOINT", ""), ("OTEL_EXPORTER_OTLP_HEADERS", "")], &[]);
    assert_eq!(value(&variables, "OTEL_EXPORTER_OTLP_ENDPOINT").as_deref(), Some("http://c"));
    assert_eq!(changed, []);
}

/// A laptop has no role to sign with, and what is tried there is nobody else's to see.
#[test]
fn no_variable_of_a_local_function_names_another_collector_or_a_way_to_aws() {
    let signals = ["", "TRACES_", "METRICS_", "LOGS_"];
    let ways = ["ENDPOINT", "HEADERS", "PROTOCOL", "CERTIFICATE", "CLIENT_CERTIFICATE", "CLIENT_KEY"];
    let of_otlp = signals.iter().flat_map(|signal| ways.map(|way| format!("OTEL_EXPORTER_OTLP_{signal}{way}")));
    let names: Vec<_> = of_otlp.chain(signals.iter().map(|signal| format!("KINETRACE_OTLP_{signal}SIGV4"))).collect();
    let deployed: Vec<_> = names.iter().map(|name| (name.as_str(), "amazonaws.com")).collect();
    let (variables, changed) = given(&deployed, &[]);
    let abroad: Vec<_> = variables.iter().filter(|(_, value)| value.contains("amazonaws")).collect();
    assert!(abroad.is_empty(), "{abroad:?}");
    for name in &names {
        assert_eq!(changed.iter().filter(|(known, _)| known == name).count(), 1, "{name} is told once: {changed:?}");
    }
}
