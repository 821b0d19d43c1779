use super::super::variables::{Given, Variables};
use super::*;

fn told(variables: Given<'_>, signals: &[Names]) -> Vec<String> {
    let variables: Variables = variables.iter().copied().collect();
    let mut reading = Reading::of(&variables);
    warn_of_settings_without_effect(&mut reading, signals);
    reading.into_warnings()
}

#[test]
fn settings_without_effect_are_reported_once_with_the_reason() {
    for (name, value, reason) in [
        ("OTEL_CONFIG_FILE", "/otel.yaml", "declarative"),
        ("OTEL_EXPERIMENTAL_CONFIG_FILE", "/otel.yaml", "declarative"),
        ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "64", "shortened"),
        ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "many", "shortened"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip", "sent uncompressed"),
        ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "deflate", "sent uncompressed"),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/missing.pem", "compiled in"),
        ("OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE", "/c.pem", "no client certificate"),
        ("OTEL_EXPORTER_OTLP_INSECURE", "true", "scheme"),
        ("OTEL_LOGS_EXPORTER", "otlp", "not exported"),
        ("OTEL_METRICS_EXEMPLAR_FILTER", "trace_based", "exemplars"),
    ] {
        let lines = told(&[(name, value)], &[TRACES, METRICS]);
        let [line] = &lines[..] else { panic!("{name}: {lines:?}") };
        assert!(line.starts_with(&format!("{name}={value:?} has no effect: ")) && line.contains(reason), "{line}");
    }
    let key = [("OTEL_EXPORTER_OTLP_CLIENT_KEY", "-----BEGIN PRIVATE KEY----- secret")];
    let lines = told(&key, &[TRACES, METRICS]).join("\n");
    assert!(lines.starts_with(key[0].0) && lines.lines().count() == 1 && !lines.contains("secret"), "{lines}");
}

#[test]
fn settings_with_their_effect_are_not_reported() {
    let both = [TRACES, METRICS];
    let table: [(Given<'_>, &[Names]); 8] = [
        (&[("OTEL_EXPORTER_OTLP_COMPRESSION", "NONE")], &both),
        (&[("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"), ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "none")], &[TRACES]),
        (&[("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "gzip")], &[TRACES]),
        (&[("OTEL_EXPORTER_OTLP_CERTIFICATE", "/c.pem"), ("OTEL_METRICS_EXEMPLAR_FILTER", "always_on")], &[]),
        (&[("OTEL_LOGS_EXPORTER", "none"), ("OTEL_BLRP_MAX_QUEUE_SIZE", "1")], &both),
        (&[("OTEL_METRICS_EXEMPLAR_FILTER", "always_off")], &both),
        (&[("OTEL_INSTRUMENTATION_AWS_LAMBDA_FLUSH_TIMEOUT", "1"), ("OTEL_JAVAAGENT_ENABLED", "1")], &both),
        (&[("OTEL_TRACE_EXPORTER", " "), ("OTELX", "1"), ("otel_x", "1")], &both),
    ];
    for (variables, signals) in table {
        let lines = told(variables, signals);
        assert!(lines.is_empty(), "{variables:?}: {lines:?}");
    }
    for name in READ.into_iter().filter(|name| !["OTEL_LOGS_EXPORTER", "OTEL_METRICS_EXEMPLAR_FILTER"].contains(name)) {
        let lines = told(&[(name, "secret")], &both);
        assert!(lines.is_empty(), "{name}: {lines:?}");
    }
}

#[test]
fn unread_settings_are_named_in_one_line_without_values() {
    let lines = told(&[("OTEL_TRACE_EXPORTER", "secret"), ("OTEL_LOG_LEVEL", "debug")], &[TRACES, METRICS]);
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert!(line.starts_with("OTEL_LOG_LEVEL, OTEL_TRACE_EXPORTER are set, and nothing here reads them"), "{line}");
    assert!(!line.contains("secret"), "{line}");
    for name in [
        "OTEL_EXPORTER_OTLP_ENDPIONT",
        "OTEL_EXPORTER_OTLP_TRACE_ENDPOINT",
        "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
        "OTEL_BSP_MAX_CONCURRENT_EXPORTS",
        "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
    ] {
        let lines = told(&[(name, "x")], &[]);
        assert!(lines.concat().starts_with(&format!("{name} is set, and nothing here reads it")), "{lines:?}");
    }
    let many: Vec<_> = (0..30).map(|number| format!("OTEL_X{number:02}")).collect();
    let many: Vec<_> = many.iter().map(|name| (name.as_str(), "x")).collect();
    assert!(told(&many, &[]).concat().contains("OTEL_X09 and 20 others are set"));
}
