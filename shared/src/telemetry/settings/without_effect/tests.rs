use super::super::variables::{Given, Variables};
use super::*;

fn told(variables: Given<'_>, signals: &[Names]) -> Vec<String> {
    let variables: Variables = variables.iter().copied().collect();
    let mut reading = Reading::of(&variables);
    warn_of_settings_without_effect(&mut reading, signals, signals);
    reading.into_warnings()
}

#[test]
fn settings_without_effect_are_reported_once_with_the_reason() {
    for (name, value, reason) in [
        ("OTEL_CONFIG_FILE", "/otel.yaml", "declarative"),
        ("OTEL_EXPERIMENTAL_CONFIG_FILE", "/otel.yaml", "declarative"),
        ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "64", "shortened"),
        ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "many", "shortened"),
        ("OTEL_EXPORTER_OTLP_INSECURE", "true", "scheme"),
        ("OTEL_EXPORTER_OTLP_METRICS_INSECURE", "true", "scheme"),
        ("OTEL_METRICS_EXEMPLAR_FILTER", "trace_based", "exemplars"),
    ] {
        let lines = told(&[(name, value)], &[TRACES, METRICS]);
        let [line] = &lines[..] else { panic!("{name}: {lines:?}") };
        assert!(line.starts_with(&format!("{name}={value:?} has no effect: ")) && line.contains(reason), "{line}");
    }
}

#[test]
fn settings_with_their_effect_are_not_reported() {
    let both = [TRACES, METRICS];
    let table: [(Given<'_>, &[Names]); 7] = [
        (&[("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip"), ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "zstd")], &both),
        (&[("OTEL_EXPORTER_OTLP_METRICS_INSECURE", "true")], &[TRACES]),
        (&[("OTEL_EXPORTER_OTLP_INSECURE", "true"), ("OTEL_METRICS_EXEMPLAR_FILTER", "always_on")], &[]),
        (&[("OTEL_LOGS_EXPORTER", "none"), ("OTEL_BLRP_MAX_QUEUE_SIZE", "1")], &both),
        (&[("OTEL_METRICS_EXEMPLAR_FILTER", "always_off")], &both),
        (&[("OTEL_INSTRUMENTATION_AWS_LAMBDA_FLUSH_TIMEOUT", "1"), ("OTEL_JAVAAGENT_ENABLED", "1")], &both),
        (&[("OTEL_TRACE_EXPORTER", " "), ("OTELX", "1"), ("otel_x", "1")], &both),
    ];
    for (variables, signals) in table {
        let lines = told(variables, signals);
        assert!(lines.is_empty(), "{variables:?}: {lines:?}");
    }
    for name in READ.into_iter().filter(|name| *name != "OTEL_METRICS_EXEMPLAR_FILTER") {
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

#[test]
fn variables_of_logs_are_unread_unless_logs_are_exported_or_not_wanted() {
    let (all, both) = ([TRACES, METRICS, LOGS], [TRACES, METRICS]);
    for name in ["OTEL_BLRP_SCHEDULE_DELAY", "OTEL_BLRP_MAX_QUEUE_SIZE", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"] {
        assert!(told(&[(name, "1")], &all).is_empty(), "{name}");
        assert!(told(&[(name, "1")], &both).concat().contains("nothing here reads it"), "{name}");
        assert!(told(&[(name, "1"), ("OTEL_LOGS_EXPORTER", "none")], &both).is_empty(), "{name}");
    }
    let limit = "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT";
    assert!(told(&[(limit, "1")], &all).concat().contains("nothing here reads it"));
    let lines = told(&[("OTEL_LOGS_EXPORTER", "otlp")], &both).concat();
    assert_eq!(lines.contains("has no effect"), cfg!(not(feature = "otlp-logs")), "{lines}");
}
