//! The variables that OpenTelemetry knows, or would if they were spelt right, and that have no effect here.

use super::names::{LOGS, METRICS, Names, TRACES};
use super::reading::Reading;

/// Those that are read, by this folder alone. The OTLP exporter's are told apart by [`is_otlp`].
const READ: [&str; 22] = [
    "OTEL_SDK_DISABLED",
    "OTEL_RESOURCE_ATTRIBUTES",
    "OTEL_SERVICE_NAME",
    "OTEL_PROPAGATORS",
    "OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG",
    "OTEL_TRACES_EXPORTER",
    "OTEL_METRICS_EXPORTER",
    "OTEL_BSP_SCHEDULE_DELAY",
    "OTEL_BSP_EXPORT_TIMEOUT",
    "OTEL_BSP_MAX_QUEUE_SIZE",
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    "OTEL_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_SPAN_EVENT_COUNT_LIMIT",
    "OTEL_SPAN_LINK_COUNT_LIMIT",
    "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT",
    "OTEL_METRIC_EXPORT_INTERVAL",
    "OTEL_METRIC_EXPORT_TIMEOUT",
    "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
    // Its values are looked at below.
    "OTEL_METRICS_EXEMPLAR_FILTER",
];

/// What else is read where log records are exported.
const READ_OF_LOGS: [&str; 4] = [
    "OTEL_BLRP_SCHEDULE_DELAY",
    "OTEL_BLRP_EXPORT_TIMEOUT",
    "OTEL_BLRP_MAX_QUEUE_SIZE",
    "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE",
];

const LOGS_EXPORTER: &str = "OTEL_LOGS_EXPORTER";

/// What the OTLP exporter has a variable for, for all signals and for each.
const OTLP: [&str; 9] = [
    "ENDPOINT",
    "HEADERS",
    "TIMEOUT",
    "PROTOCOL",
    "COMPRESSION",
    "CERTIFICATE",
    "CLIENT_CERTIFICATE",
    "CLIENT_KEY",
    "INSECURE",
];

/// Those of the specification that do nothing here, each with the reason.
const UNHEEDED: [(&str, &str); 4] = [
    ("OTEL_CONFIG_FILE", "declarative configuration is not built in, and the other variables count"),
    ("OTEL_EXPERIMENTAL_CONFIG_FILE", "declarative configuration is not built in, and the other variables count"),
    ("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "attribute values are not shortened"),
    ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "attribute values are not shortened"),
];

/// The same of the OTLP exporter's.
const UNHEEDED_OTLP: [(&str, &str); 1] = [("INSECURE", "the endpoint's scheme decides")];

/// What other programs in the same environment read: layers, agents, instrumentations of other languages.
const OF_OTHERS: [&str; 14] = [
    "OTEL_AWS_",
    "OTEL_COLLECTOR_",
    "OTEL_DOTNET_",
    "OTEL_GO_",
    "OTEL_INSTRUMENTATION_",
    "OTEL_JAVA",
    "OTEL_JMX_",
    "OTEL_LAMBDA_",
    "OTEL_NODE_",
    "OTEL_PHP_",
    "OTEL_PYTHON_",
    "OTEL_RUBY_",
    "OTEL_SEMCONV_",
    "OTEL_SWIFT_",
];

/// So many of them are named.
const MOST_NAMES: usize = 10;

/// `exported` are the signals that are, and `sent` those that go to a collector.
pub(super) fn warn_of_settings_without_effect(reading: &mut Reading<'_>, exported: &[Names], sent: &[Names]) {
    for (name, reason) in UNHEEDED {
        if let Some(value) = reading.get(name) {
            reading.no_effect(name, value, reason);
        }
    }
    for signal in sent {
        for (what, reason) in UNHEEDED_OTLP {
            warn_of_otlp_settings_without_effect(reading, *signal, what, reason);
        }
    }
    if !cfg!(feature = "otlp-logs") {
        let reason =
            "logs are written to standard error, and not exported: the program is built without the feature otlp-logs";
        unless(reading, LOGS_EXPORTER, "none", reason);
    }
    if exported.iter().any(|signal| signal.variable == METRICS.variable) {
        unless(reading, "OTEL_METRICS_EXEMPLAR_FILTER", "always_off", "metrics are exported without exemplars");
    }
    tell_of_unread(reading, exported.iter().any(|signal| signal.variable == LOGS.variable));
}

fn warn_of_otlp_settings_without_effect(reading: &mut Reading<'_>, signal: Names, what: &str, reason: &str) {
    let names = signal.variables(what);
    let Some((name, value)) = names.iter().find_map(|name| Some((name, reading.get(name)?))) else { return };
    reading.no_effect(name, value, reason);
}

fn unless(reading: &mut Reading<'_>, name: &str, silent: &str, reason: &str) {
    if let Some(value) = reading.get(name).filter(|value| !value.eq_ignore_ascii_case(silent)) {
        reading.no_effect(name, value, reason);
    }
}

/// The others, in one line. Their values are not shown: they may be anything.
fn tell_of_unread(reading: &mut Reading<'_>, has_logs: bool) {
    // Who wants none has set the others for another program.
    let wants_none = reading.get(LOGS_EXPORTER).is_some_and(|value| value.eq_ignore_ascii_case("none"));
    let counts = |name: &str| match is_of_logs(name) {
        true if wants_none => false,
        true if has_logs => !READ_OF_LOGS.contains(&name) && !is_otlp(name, &[LOGS]),
        _ => is_unread(name),
    };
    let unread: Vec<_> = reading.names().filter(|name| counts(name)).collect();
    if unread.is_empty() {
        return;
    }
    let (are, them) = if unread.len() == 1 { ("is", "it") } else { ("are", "them") };
    let others = match unread.len().saturating_sub(MOST_NAMES) {
        0 => String::new(),
        others => format!(" and {others} others"),
    };
    let names = unread[..unread.len().min(MOST_NAMES)].join(", ");
    reading.tell(format!(
        "{names}{others} {are} set, and nothing here reads {them}: see docs/reference/telemetry.md for what is read"
    ));
}

fn is_unread(name: &str) -> bool {
    name.starts_with("OTEL_")
        && !READ.contains(&name)
        && name != LOGS_EXPORTER
        && !UNHEEDED.iter().any(|(unheeded, _)| *unheeded == name)
        && !OF_OTHERS.iter().any(|prefix| name.starts_with(prefix))
        && !is_otlp(name, &[TRACES, METRICS])
}

fn is_otlp(name: &str, signals: &[Names]) -> bool {
    let Some(what) = name.strip_prefix("OTEL_EXPORTER_OTLP_") else { return false };
    let own = signals.iter().find_map(|signal| what.strip_prefix(signal.variable)?.strip_prefix('_'));
    OTLP.contains(&own.unwrap_or(what))
}

fn is_of_logs(name: &str) -> bool {
    ["OTEL_BLRP_", "OTEL_LOGRECORD_", "OTEL_EXPORTER_OTLP_LOGS_"].iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests;
