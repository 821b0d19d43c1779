//! The variables that the SDK ignores, or reads without saying what is wrong with them.

use std::time::Duration;

use crate::propagators::{self, Propagators};
use crate::telemetry::TelemetryError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exporter {
    Otlp,
    None,
}

#[derive(Debug)]
pub(super) struct Settings {
    pub(super) disabled: bool,
    pub(super) exporter: Exporter,
    pub(super) propagators: Propagators,
    pub(super) timeout: Duration,
    pub(super) link_limit_is_set: bool,
    pub(super) queue_size_is_set: bool,
    pub(super) service_name: Option<String>,
    /// Where traces go, if not where the exporter's own variables say.
    pub(super) endpoint: Option<String>,
}

const DEFAULT_TIMEOUT_MS: u64 = 10_000;

impl Settings {
    pub(super) fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, TelemetryError> {
        // The specification: an empty value is as good as none.
        let get = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let disabled = get("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let exporter = one_of(get, "OTEL_TRACES_EXPORTER", &["otlp", "none"], "use `otlp` or `none`")?;
        for name in ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"] {
            one_of(get, name, &["http/protobuf"], "only `http/protobuf` is built in")?;
        }
        sampler(get)?;
        let list = get("OTEL_PROPAGATORS").unwrap_or_else(|| propagators::DEFAULT.to_owned());
        Ok(Self {
            disabled,
            exporter: if exporter.as_deref().map(str::trim) == Some("none") { Exporter::None } else { Exporter::Otlp },
            propagators: Propagators::parse(&list)?,
            timeout: timeout(get)?,
            link_limit_is_set: get("OTEL_SPAN_LINK_COUNT_LIMIT").is_some(),
            queue_size_is_set: get("OTEL_BSP_MAX_QUEUE_SIZE").is_some(),
            service_name: service_name(get),
            endpoint: None,
        })
    }
}

/// A function is a service: its name serves where nobody chose another.
fn service_name(get: impl Fn(&str) -> Option<String> + Copy) -> Option<String> {
    let named = get("OTEL_RESOURCE_ATTRIBUTES").is_some_and(|list| list.contains("service.name="));
    get("OTEL_SERVICE_NAME").or_else(|| get("AWS_LAMBDA_FUNCTION_NAME").filter(|_| !named))
}

fn one_of(
    get: impl Fn(&str) -> Option<String> + Copy,
    name: &str,
    known: &[&str],
    hint: &'static str,
) -> Result<Option<String>, TelemetryError> {
    match get(name) {
        Some(value) if !known.contains(&value.trim()) => Err(not_understood(name, value, hint)),
        value => Ok(value),
    }
}

fn sampler(get: impl Fn(&str) -> Option<String> + Copy) -> Result<(), TelemetryError> {
    const KNOWN: [&str; 6] = [
        "always_on",
        "always_off",
        "traceidratio",
        "parentbased_always_on",
        "parentbased_always_off",
        "parentbased_traceidratio",
    ];
    let hint = "use always_on, always_off, traceidratio, or one of these with the prefix parentbased_";
    let sampler = one_of(get, "OTEL_TRACES_SAMPLER", &KNOWN, hint)?;
    let name = "OTEL_TRACES_SAMPLER_ARG";
    match get(name) {
        Some(value) if sampler.is_some_and(|sampler| sampler.ends_with("traceidratio")) => {
            let ratio = value.trim().parse::<f64>().ok().filter(|ratio| (0.0..=1.0).contains(ratio));
            ratio.map(drop).ok_or_else(|| not_understood(name, value, "use a number from 0.0 to 1.0"))
        }
        _ => Ok(()),
    }
}

fn timeout(get: impl Fn(&str) -> Option<String> + Copy) -> Result<Duration, TelemetryError> {
    for name in ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"] {
        if let Some(value) = get(name) {
            let timeout = value.trim().parse().map(Duration::from_millis);
            return timeout.map_err(|_| not_understood(name, value, "use a whole number of milliseconds"));
        }
    }
    Ok(Duration::from_millis(DEFAULT_TIMEOUT_MS))
}

fn not_understood(name: &str, value: String, hint: &'static str) -> TelemetryError {
    TelemetryError::Variable { name: name.to_owned(), value, hint }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Variables<'a> = &'a [(&'a str, &'a str)];

    fn read(variables: Variables<'_>) -> Result<Settings, TelemetryError> {
        Settings::read(|name| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn the_switches_that_the_sdk_ignores_are_honoured() {
        let table: [(Variables<'_>, bool, Exporter); 8] = [
            (&[], false, Exporter::Otlp),
            (&[("OTEL_SDK_DISABLED", "true")], true, Exporter::Otlp),
            (&[("OTEL_SDK_DISABLED", "TRUE")], true, Exporter::Otlp),
            (&[("OTEL_SDK_DISABLED", "false")], false, Exporter::Otlp),
            (&[("OTEL_SDK_DISABLED", "")], false, Exporter::Otlp),
            (&[("OTEL_TRACES_EXPORTER", "none")], false, Exporter::None),
            (&[("OTEL_TRACES_EXPORTER", "otlp")], false, Exporter::Otlp),
            (&[("OTEL_TRACES_EXPORTER", "")], false, Exporter::Otlp),
        ];
        for (variables, disabled, exporter) in table {
            let settings = read(variables).unwrap();
            assert_eq!((settings.disabled, settings.exporter), (disabled, exporter), "{variables:?}");
        }
    }

    #[test]
    fn a_malformed_variable_is_named_with_its_value() {
        let table = [
            ("OTEL_PROPAGATORS", "w3c"),
            ("OTEL_TRACES_EXPORTER", "zipkin"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "10s"),
            ("OTEL_TRACES_SAMPLER", "sometimes"),
        ];
        for (name, value) in table {
            let error = read(&[(name, value)]).unwrap_err().to_string();
            assert!(error.contains(name) && error.contains(value), "{error}");
        }
        let ratio = [("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "2")];
        assert!(read(&ratio).unwrap_err().to_string().contains("OTEL_TRACES_SAMPLER_ARG"));
    }

    #[test]
    fn a_function_is_a_service_unless_somebody_says_otherwise() {
        let function = ("AWS_LAMBDA_FUNCTION_NAME", "flights-consumer");
        let attributes = ("OTEL_RESOURCE_ATTRIBUTES", "team=air,service.name=flights");
        let table: [(Variables<'_>, Option<&str>); 4] = [
            (&[], None),
            (&[function], Some("flights-consumer")),
            (&[function, attributes], None),
            (&[function, attributes, ("OTEL_SERVICE_NAME", "flights")], Some("flights")),
        ];
        for (variables, name) in table {
            assert_eq!(read(variables).unwrap().service_name.as_deref(), name, "{variables:?}");
        }
    }

    #[test]
    fn the_signals_own_timeout_wins() {
        let both = [("OTEL_EXPORTER_OTLP_TIMEOUT", "1"), ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "2")];
        assert_eq!(read(&both).unwrap().timeout, Duration::from_millis(2));
        assert_eq!(read(&[]).unwrap().timeout, Duration::from_millis(DEFAULT_TIMEOUT_MS));
    }
}
