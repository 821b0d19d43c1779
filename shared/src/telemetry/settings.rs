//! The variables that the SDK ignores, or reads without saying what is wrong with them.

use std::num::NonZero;
use std::str::FromStr;
use std::time::Duration;

use opentelemetry_sdk::metrics::Temporality;

use crate::lambda::{FlushPolicy, flush_policy};
use crate::propagators::{self, Propagators};
use crate::telemetry::TelemetryError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exporter {
    Otlp,
    None,
}

/// Where one signal goes.
#[derive(Debug)]
pub(super) struct Signal {
    pub(super) exporter: Exporter,
    pub(super) timeout: Duration,
    /// If not where the exporter's own variables say.
    pub(super) endpoint: Option<String>,
}

#[derive(Debug)]
pub(super) struct Settings {
    pub(super) disabled: bool,
    pub(super) traces: Signal,
    pub(super) metrics: Signal,
    pub(super) propagators: Propagators,
    /// Trace ids that begin with the time, for X-Ray takes no others.
    pub(super) xray_ids: bool,
    pub(super) link_limit_is_set: bool,
    /// Spans that may wait, if their weight is not all that bounds them.
    pub(super) queue_size: Option<usize>,
    /// Spans upon which the span processor begins an export by itself; no more than there is room for.
    pub(super) batch_size: usize,
    /// So that it also bounds an export.
    pub(super) batch_size_is_set: bool,
    /// Between two exports of spans that nobody asked for.
    pub(super) schedule_delay: Duration,
    pub(super) flush_policy: FlushPolicy,
    /// Spans leave by flushes only, and not by the span processor's clock.
    pub(super) only_flushes_export: bool,
    pub(super) temporality: Temporality,
    /// Between two exports of metrics that nobody asked for.
    pub(super) metric_export_interval: Duration,
    pub(super) service_name: Option<String>,
}

const DEFAULT_TIMEOUT_MS: u64 = 10_000;
const DEFAULT_METRIC_EXPORT_INTERVAL: Duration = Duration::from_secs(60);
/// As the specification has it.
const DEFAULT_BATCH_SIZE: usize = 512;
/// As the specification has it.
const DEFAULT_SCHEDULE_DELAY: Duration = Duration::from_secs(5);
/// In Lambda metrics leave by flushes only. Its processes stand still between invocations, and a request that a timer
/// had begun would, too: the next flush would wait for it in vain.
const NEVER: Duration = Duration::MAX;

impl Settings {
    pub(super) fn read(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, TelemetryError> {
        // The specification: an empty value is as good as none.
        let get = |name: &str| lookup(name).filter(|value| !value.trim().is_empty());
        let disabled = get("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let (traces, metrics) = (Signal::read("TRACES", get)?, Signal::read("METRICS", get)?);
        one_of(get, "OTEL_EXPORTER_OTLP_PROTOCOL", &["http/protobuf"], ONLY_PROTOBUF)?;
        sampler(get)?;
        let flush_policy = flush_policy(get)?;
        let queue_size = number(get, "OTEL_BSP_MAX_QUEUE_SIZE")?.map(NonZero::get);
        let batch_size = number(get, "OTEL_BSP_MAX_EXPORT_BATCH_SIZE")?.map(NonZero::get);
        let list = get("OTEL_PROPAGATORS").unwrap_or_else(|| propagators::DEFAULT.to_owned());
        Ok(Self {
            disabled,
            traces,
            metrics,
            propagators: baggage(get, Propagators::parse(&list)?)?,
            xray_ids: list.split(',').any(|name| name.trim() == "xray"),
            link_limit_is_set: get("OTEL_SPAN_LINK_COUNT_LIMIT").is_some(),
            queue_size,
            batch_size: batch_size.unwrap_or(DEFAULT_BATCH_SIZE).min(queue_size.unwrap_or(usize::MAX)),
            batch_size_is_set: batch_size.is_some(),
            schedule_delay: milliseconds(get, "OTEL_BSP_SCHEDULE_DELAY")?.unwrap_or(DEFAULT_SCHEDULE_DELAY),
            flush_policy,
            // Where the process stands still between two flushes, an export that the clock began would, too.
            only_flushes_export: flush_policy.leaves_spans_behind()
                && is_frozen(get)
                && get("OTEL_BSP_SCHEDULE_DELAY").is_none(),
            temporality: temporality(get)?,
            metric_export_interval: metric_export_interval(get)?,
            service_name: service_name(get),
        })
    }
}

/// Whether the process stands still between invocations: on Lambda, but not on Managed Instances, where it has several at
/// once.
fn is_frozen(get: impl Fn(&str) -> Option<String> + Copy) -> bool {
    let at_once = get("AWS_LAMBDA_MAX_CONCURRENCY").and_then(|number| number.trim().parse::<u32>().ok());
    get("AWS_LAMBDA_FUNCTION_NAME").is_some() && at_once.unwrap_or(1) <= 1
}

const ONLY_PROTOBUF: &str = "only `http/protobuf` is built in";

impl Signal {
    /// `signal` as the variables name it.
    fn read(signal: &str, get: impl Fn(&str) -> Option<String> + Copy) -> Result<Self, TelemetryError> {
        let exporter = one_of(get, &format!("OTEL_{signal}_EXPORTER"), &["otlp", "none"], "use `otlp` or `none`")?;
        let exporter = if exporter.as_deref().map(str::trim) == Some("none") { Exporter::None } else { Exporter::Otlp };
        one_of(get, &format!("OTEL_EXPORTER_OTLP_{signal}_PROTOCOL"), &["http/protobuf"], ONLY_PROTOBUF)?;
        let own = format!("OTEL_EXPORTER_OTLP_{signal}_TIMEOUT");
        let timeout = match milliseconds(get, &own)? {
            Some(timeout) => Some(timeout),
            None => milliseconds(get, "OTEL_EXPORTER_OTLP_TIMEOUT")?,
        };
        Ok(Self { exporter, timeout: timeout.unwrap_or(Duration::from_millis(DEFAULT_TIMEOUT_MS)), endpoint: None })
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

fn temporality(get: impl Fn(&str) -> Option<String> + Copy) -> Result<Temporality, TelemetryError> {
    let name = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";
    let Some(value) = get(name) else { return Ok(Temporality::default()) };
    value.trim().parse().map_err(|()| not_understood(name, value, "use `cumulative`, `delta` or `lowmemory`"))
}

fn metric_export_interval(get: impl Fn(&str) -> Option<String> + Copy) -> Result<Duration, TelemetryError> {
    let name = "OTEL_METRIC_EXPORT_INTERVAL";
    match milliseconds(get, name)? {
        // The SDK would export without a pause.
        Some(Duration::ZERO) => Err(not_understood(name, "0".to_owned(), "use a number of milliseconds above 0")),
        Some(interval) => Ok(interval),
        None if get("AWS_LAMBDA_FUNCTION_NAME").is_some() => Ok(NEVER),
        None => Ok(DEFAULT_METRIC_EXPORT_INTERVAL),
    }
}

fn flush_policy(get: impl Fn(&str) -> Option<String> + Copy) -> Result<FlushPolicy, TelemetryError> {
    let seconds = number::<NonZero<u32>>(get, flush_policy::SECONDS)?;
    let interval = seconds.map(|seconds| Duration::from_secs(seconds.get().into()));
    Ok(FlushPolicy::new(number(get, flush_policy::INVOCATIONS)?, interval))
}

fn baggage(get: impl Fn(&str) -> Option<String> + Copy, all: Propagators) -> Result<Propagators, TelemetryError> {
    let mut propagators = all;
    if let Some(list) = get(propagators::BAGGAGE_KEYS) {
        let keys: Vec<_> = list.split(',').map(str::trim).filter(|key| !key.is_empty()).collect();
        if keys.is_empty()
            || keys.iter().any(|key| key.contains(['=', ';']) || !key.bytes().all(|byte| byte.is_ascii_graphic()))
        {
            return Err(not_understood(
                propagators::BAGGAGE_KEYS,
                list,
                "use keys of baggage, with commas between them",
            ));
        }
        propagators = propagators.with_baggage_keys(keys);
    }
    let name = propagators::MAX_BAGGAGE;
    let Some(value) = get(name) else { return Ok(propagators) };
    let bytes = value.trim().parse().ok().filter(|bytes| *bytes <= propagators::MAX_BAGGAGE_BYTES);
    let hint = "use a number of bytes from 0 to 8192";
    bytes.map(|bytes| propagators.with_max_baggage_bytes(bytes)).ok_or_else(|| not_understood(name, value, hint))
}

/// For `T` that is not zero.
fn number<T: FromStr>(get: impl Fn(&str) -> Option<String> + Copy, name: &str) -> Result<Option<T>, TelemetryError> {
    let Some(value) = get(name) else { return Ok(None) };
    value.trim().parse().map(Some).map_err(|_| not_understood(name, value, "use a whole number from 1"))
}

fn milliseconds(get: impl Fn(&str) -> Option<String> + Copy, name: &str) -> Result<Option<Duration>, TelemetryError> {
    let Some(value) = get(name) else { return Ok(None) };
    let number = value.trim().parse().map(Duration::from_millis);
    number.map(Some).map_err(|_| not_understood(name, value, "use a whole number of milliseconds"))
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
        let table: [(Variables<'_>, bool, Exporter); 9] = [
            (&[], false, Exporter::Otlp),
            (&[("OTEL_SDK_DISABLED", "true")], true, Exporter::Otlp),
            (&[("OTEL_SDK_DISABLED", "TRUE")], true, Exporter::Otlp),
            (&[("OTEL_SDK_DISABLED", "false")], false, Exporter::Otlp),
            (&[("OTEL_SDK_DISABLED", "")], false, Exporter::Otlp),
            (&[("OTEL_TRACES_EXPORTER", "none")], false, Exporter::None),
            (&[("OTEL_TRACES_EXPORTER", "otlp")], false, Exporter::Otlp),
            (&[("OTEL_TRACES_EXPORTER", "")], false, Exporter::Otlp),
            (&[("OTEL_METRICS_EXPORTER", "none")], false, Exporter::Otlp),
        ];
        for (variables, disabled, exporter) in table {
            let settings = read(variables).unwrap();
            assert_eq!((settings.disabled, settings.traces.exporter), (disabled, exporter), "{variables:?}");
        }
    }

    #[test]
    fn metrics_are_exported_unless_somebody_says_otherwise() {
        let table: [(Variables<'_>, Exporter); 4] = [
            (&[], Exporter::Otlp),
            (&[("OTEL_METRICS_EXPORTER", "otlp")], Exporter::Otlp),
            (&[("OTEL_METRICS_EXPORTER", " none")], Exporter::None),
            (&[("OTEL_TRACES_EXPORTER", "none")], Exporter::Otlp),
        ];
        for (variables, exporter) in table {
            assert_eq!(read(variables).unwrap().metrics.exporter, exporter, "{variables:?}");
        }
    }

    #[test]
    fn metrics_leave_by_the_clock_but_for_lambda_where_only_flushes_send_them() {
        let function = ("AWS_LAMBDA_FUNCTION_NAME", "flights-producer");
        let interval = ("OTEL_METRIC_EXPORT_INTERVAL", " 5000 ");
        let table: [(Variables<'_>, Duration); 4] = [
            (&[], Duration::from_secs(60)),
            (&[interval], Duration::from_secs(5)),
            (&[function], NEVER),
            (&[function, interval], Duration::from_secs(5)),
        ];
        for (variables, interval) in table {
            assert_eq!(read(variables).unwrap().metric_export_interval, interval, "{variables:?}");
        }
    }

    #[test]
    fn flushes_are_as_many_as_the_variables_say_and_nothing_else_exports_then_where_lambda_freezes() {
        let function = ("AWS_LAMBDA_FUNCTION_NAME", "flights-consumer");
        let (invocations, seconds) = (("KINETRACE_FLUSH_INVOCATIONS", " 20 "), ("KINETRACE_FLUSH_SECONDS", "30"));
        let (twenty, half_a_minute) = (NonZero::new(20), Some(Duration::from_secs(30)));
        let at_once = |number| ("AWS_LAMBDA_MAX_CONCURRENCY", number);
        let table: [(Variables<'_>, FlushPolicy, bool); 9] = [
            (&[function], FlushPolicy::default(), false),
            (&[function, ("KINETRACE_FLUSH_INVOCATIONS", " ")], FlushPolicy::default(), false),
            (&[function, invocations], FlushPolicy::new(twenty, None), true),
            (&[function, seconds], FlushPolicy::new(None, half_a_minute), true),
            (&[function, invocations, seconds], FlushPolicy::new(twenty, half_a_minute), true),
            (&[function, seconds, ("OTEL_BSP_SCHEDULE_DELAY", "1000")], FlushPolicy::new(None, half_a_minute), false),
            (&[invocations], FlushPolicy::new(twenty, None), false),
            (&[function, invocations, at_once("1")], FlushPolicy::new(twenty, None), true),
            (&[function, invocations, at_once("2")], FlushPolicy::new(twenty, None), false),
        ];
        for (variables, policy, only_flushes_export) in table {
            let settings = read(variables).unwrap();
            assert_eq!(
                (settings.flush_policy, settings.only_flushes_export),
                (policy, only_flushes_export),
                "{variables:?}"
            );
        }
    }

    #[test]
    fn a_batch_is_as_large_as_the_variables_say_and_as_there_is_room() {
        let queue = |size| ("OTEL_BSP_MAX_QUEUE_SIZE", size);
        let batch = |size| ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", size);
        let table: [(Variables<'_>, Option<usize>, usize); 5] = [
            (&[], None, 512),
            (&[batch(" 100 ")], None, 100),
            (&[batch("5000")], None, 5000),
            (&[queue("64")], Some(64), 64),
            (&[queue("1000"), batch("2000")], Some(1000), 1000),
        ];
        for (variables, queue_size, batch_size) in table {
            let settings = read(variables).unwrap();
            assert_eq!((settings.queue_size, settings.batch_size), (queue_size, batch_size), "{variables:?}");
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
            ("OTEL_METRICS_EXPORTER", "prometheus"),
            ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/json"),
            ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "-1"),
            ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "absolute"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "1m"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "0"),
            ("KINETRACE_FLUSH_INVOCATIONS", "0"),
            ("KINETRACE_FLUSH_INVOCATIONS", "never"),
            ("KINETRACE_FLUSH_SECONDS", "0"),
            ("KINETRACE_FLUSH_SECONDS", "1.5"),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "0"),
            ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "many"),
            ("KINETRACE_BAGGAGE_KEYS", ","),
            ("KINETRACE_BAGGAGE_KEYS", "tenant=7"),
            ("KINETRACE_BAGGAGE_KEYS", "tenant region"),
            ("KINETRACE_MAX_BAGGAGE_BYTES", "1 KiB"),
            ("KINETRACE_MAX_BAGGAGE_BYTES", "8193"),
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
        let both = read(&[("OTEL_EXPORTER_OTLP_TIMEOUT", "1"), ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "2")]).unwrap();
        assert_eq!(both.traces.timeout, Duration::from_millis(2));
        assert_eq!(both.metrics.timeout, Duration::from_millis(1));
        assert_eq!(read(&[]).unwrap().traces.timeout, Duration::from_millis(DEFAULT_TIMEOUT_MS));
    }
}
