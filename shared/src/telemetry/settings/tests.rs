use opentelemetry::baggage::BaggageExt as _;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState};
use opentelemetry::{Context, KeyValue};

use super::variables::Given;
use super::*;

fn read(variables: Given<'_>) -> (Settings, Vec<String>) {
    Settings::read(&variables.iter().copied().collect())
}

/// Each of them would be reported if anything were exported.
const MALFORMED: [(&str, &str); 12] = [
    ("OTEL_PROPAGATORS", "w3c"),
    ("OTEL_TRACES_SAMPLER", "sometimes"),
    ("OTEL_TRACES_EXPORTER", "zipkin"),
    ("OTEL_METRICS_EXPORTER", "prometheus"),
    ("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense"),
    ("OTEL_EXPORTER_OTLP_HEADERS", "nonsense"),
    ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd"),
    ("OTEL_BSP_SCHEDULE_DELAY", "5s"),
    ("OTEL_SPAN_LINK_COUNT_LIMIT", "many"),
    ("OTEL_RESOURCE_ATTRIBUTES", "foo"),
    ("KINETRACE_FLUSH_SECONDS", "1m"),
    ("OTEL_LOG_LEVEL", "debug"),
];

#[test]
fn a_disabled_sdk_wins_before_anything_else_is_judged() {
    for value in ["true", "TRUE", "True", " true\n", "\ttRuE "] {
        let variables: Vec<_> = MALFORMED.into_iter().chain([("OTEL_SDK_DISABLED", value)]).collect();
        let (settings, warnings) = read(&variables);
        assert!(settings.disabled, "{value:?}");
        assert!(warnings.is_empty(), "{value:?}: {warnings:?}");
    }
    let (_, warnings) = read(&MALFORMED);
    assert_eq!(warnings.len(), MALFORMED.len(), "{warnings:#?}");
}

#[test]
fn a_malformed_disable_switch_disables_nothing_and_is_reported() {
    for (value, is_told) in
        [("", false), (" ", false), ("false", false), ("False\n", false), ("1", true), ("yes", true)]
    {
        let (settings, warnings) = read(&[("OTEL_SDK_DISABLED", value)]);
        assert!(!settings.disabled, "{value:?}");
        assert_eq!(warnings.len(), usize::from(is_told), "{value:?}: {warnings:?}");
    }
}

#[test]
fn what_travels_is_judged_whether_or_not_the_sdk_is_disabled() {
    for disabled in ["true", "false"] {
        for (name, value, told) in [
            ("KINETRACE_BAGGAGE_KEYS", ",", "no baggage travels"),
            ("KINETRACE_BAGGAGE_KEYS", "tenant=7", "no baggage travels"),
            ("KINETRACE_BAGGAGE_KEYS", "tenant region", "no baggage travels"),
            ("KINETRACE_BAGGAGE_KEYS", "tenant,b;c", "only these travel: tenant"),
            ("KINETRACE_MAX_BAGGAGE_BYTES", "1 KiB", "1024 is used"),
            ("KINETRACE_MAX_BAGGAGE_BYTES", "8193", "1024 is used"),
        ] {
            let (settings, warnings) = read(&[(name, value), ("OTEL_SDK_DISABLED", disabled)]);
            let [line] = &warnings[..] else { panic!("{name}={value}: {warnings:?}") };
            assert!(line.starts_with(&format!("{name}={value:?}")) && line.contains(told), "{line}");
            // A list was to keep baggage back, so a malformed one does not let all of it go.
            assert_eq!(settings.propagators.names_baggage_keys(), name == "KINETRACE_BAGGAGE_KEYS", "{name}={value}");
        }
    }
}

#[test]
fn of_a_list_of_propagators_those_that_there_are_remain() {
    for (value, used, is_told) in [
        ("tracecontext,baggage", "traceparent,baggage", false),
        (" TraceContext , B3 ", "traceparent,b3", false),
        ("tracecontext,tracecontext", "traceparent", false),
        ("none", "", false),
        ("tracecontext,baggage,xray-lambda", "traceparent,baggage", true),
        ("jaeger,b3", "b3", true),
        ("ottrace", "traceparent,baggage", true),
        (",", "traceparent,baggage", true),
    ] {
        let (settings, warnings) = read(&[("OTEL_PROPAGATORS", value)]);
        let span =
            SpanContext::new(TraceId::from(1), SpanId::from(1), TraceFlags::SAMPLED, true, TraceState::default());
        let context = Context::new().with_remote_span_context(span).with_baggage([KeyValue::new("tenant", "7")]);
        let fields = settings.propagators.inject(&context);
        for field in ["traceparent", "baggage", "b3", "x-amzn-trace-id"] {
            assert_eq!(fields.get(field).is_some(), used.split(',').any(|used| used == field), "{value}: {field}");
        }
        assert_eq!(warnings.len(), usize::from(is_told), "{value}: {warnings:?}");
        assert!(warnings.iter().all(|line| line.starts_with(&format!("OTEL_PROPAGATORS={value:?} "))), "{warnings:?}");
    }
}

#[test]
fn a_signal_that_is_not_exported_is_not_judged() {
    let (traces, metrics) = (("OTEL_TRACES_EXPORTER", "none"), ("OTEL_METRICS_EXPORTER", "none"));
    for (switches, variable, is_told) in [
        (&[metrics][..], ("OTEL_METRIC_EXPORT_INTERVAL", "1m"), false),
        (&[metrics], ("OTEL_METRIC_EXPORT_TIMEOUT", "1m"), false),
        (&[metrics], ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "absolute"), false),
        (&[metrics], ("OTEL_BSP_MAX_QUEUE_SIZE", "0"), true),
        (&[traces], ("OTEL_BSP_MAX_QUEUE_SIZE", "0"), false),
        (&[traces], ("OTEL_SPAN_EVENT_COUNT_LIMIT", "-1"), false),
        (&[traces], ("OTEL_EXPORTER_OTLP_HEADERS", "nonsense"), true),
        (&[traces, metrics], ("OTEL_EXPORTER_OTLP_HEADERS", "nonsense"), false),
        (&[traces, metrics], ("OTEL_RESOURCE_ATTRIBUTES", "foo"), false),
        (&[traces, metrics], ("KINETRACE_FLUSH_SECONDS", "1m"), false),
        (&[traces, metrics], ("AWS_CA_BUNDLE", "/ca.pem"), false),
        // It decides about the flags that travel.
        (&[traces, metrics], ("OTEL_TRACES_SAMPLER", "xray"), true),
    ] {
        let variables: Vec<_> = switches.iter().copied().chain([variable]).collect();
        let (_, warnings) = read(&variables);
        assert_eq!(warnings.len(), usize::from(is_told), "{variables:?}: {warnings:?}");
    }
}

#[test]
fn each_limit_has_its_variable_and_the_general_one_is_the_fallback() {
    let limits = |variables: Given<'_>| {
        let (settings, warnings) = read(variables);
        let limits = settings.limits;
        let numbers = [
            limits.max_attributes_per_span,
            limits.max_events_per_span,
            limits.max_links_per_span,
            limits.max_attributes_per_event,
            limits.max_attributes_per_link,
        ];
        (numbers, warnings.len())
    };
    let links = crate::telemetry::MAX_LINKS_PER_SPAN;
    let table: [(Given<'_>, [u32; 5], usize); 10] = [
        (&[], [128, 128, links, 128, 128], 0),
        (&[("OTEL_ATTRIBUTE_COUNT_LIMIT", "7")], [7, 128, links, 7, 7], 0),
        (&[("OTEL_ATTRIBUTE_COUNT_LIMIT", "7"), ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "9")], [9, 128, links, 7, 7], 0),
        (&[("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "0")], [0, 128, links, 128, 128], 0),
        (&[("OTEL_SPAN_EVENT_COUNT_LIMIT", " 3 ")], [128, 3, links, 128, 128], 0),
        (&[("OTEL_SPAN_LINK_COUNT_LIMIT", "3")], [128, 128, 3, 128, 128], 0),
        (&[("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "3")], [128, 128, links, 3, 128], 0),
        (&[("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "3")], [128, 128, links, 128, 3], 0),
        (&[("OTEL_SPAN_LINK_COUNT_LIMIT", "many")], [128, 128, links, 128, 128], 1),
        (&[("OTEL_SPAN_EVENT_COUNT_LIMIT", "-1")], [128, 128, links, 128, 128], 1),
    ];
    for (variables, numbers, told) in table {
        assert_eq!(limits(variables), (numbers, told), "{variables:?}");
    }
}

#[test]
fn a_long_value_is_shown_in_part() {
    let value = "é".repeat(1000);
    let (_, warnings) = read(&[("OTEL_TRACES_SAMPLER", &value)]);
    assert!(warnings[0].len() < 512 && warnings[0].contains("é\"…"), "{}", warnings[0]);
}
