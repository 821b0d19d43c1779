//! How metrics are put together, and when they leave.

use std::time::Duration;

use opentelemetry_sdk::metrics::Temporality;

use super::reading::Reading;

const DEFAULT_INTERVAL: Duration = Duration::from_secs(60);
/// In Lambda metrics leave by flushes only. Its processes stand still between invocations, and a request that a timer
/// had begun would, too: the next flush would wait for it in vain.
const NEVER: Duration = Duration::MAX;

pub(super) fn temporality(reading: &mut Reading<'_>) -> Temporality {
    let name = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";
    let default = (Temporality::default(), "cumulative");
    reading.first(&[name], |value| value.parse().ok(), default, "use cumulative, delta or lowmemory")
}

pub(super) fn export_interval(reading: &mut Reading<'_>) -> Duration {
    let is_function = reading.get("AWS_LAMBDA_FUNCTION_NAME").is_some();
    let (default, instead) = if is_function { (NEVER, "none") } else { (DEFAULT_INTERVAL, "60000") };
    reading.duration("OTEL_METRIC_EXPORT_INTERVAL", instead).unwrap_or(default)
}

#[cfg(test)]
mod tests {
    use super::super::variables::{Given, Variables};
    use super::*;

    fn read(variables: Given<'_>) -> (Temporality, Duration, Vec<String>) {
        let variables: Variables = variables.iter().copied().collect();
        let mut reading = Reading::of(&variables);
        (temporality(&mut reading), export_interval(&mut reading), reading.into_warnings())
    }

    #[test]
    fn metrics_leave_by_the_clock_but_for_lambda_where_only_flushes_send_them() {
        let function = ("AWS_LAMBDA_FUNCTION_NAME", "flights-producer");
        let interval = |value| ("OTEL_METRIC_EXPORT_INTERVAL", value);
        let table: [(Given<'_>, Duration, usize); 7] = [
            (&[], DEFAULT_INTERVAL, 0),
            (&[interval(" 5000 ")], Duration::from_secs(5), 0),
            (&[interval("1m")], DEFAULT_INTERVAL, 1),
            // The SDK would export without a pause.
            (&[interval("0")], DEFAULT_INTERVAL, 1),
            (&[function], NEVER, 0),
            (&[function, interval("5000")], Duration::from_secs(5), 0),
            (&[function, interval("soon")], NEVER, 1),
        ];
        for (variables, interval, told) in table {
            let (_, read_interval, warnings) = read(variables);
            assert_eq!((read_interval, warnings.len()), (interval, told), "{variables:?}: {warnings:?}");
        }
    }

    #[test]
    fn a_temporality_has_a_name_in_upper_or_lower_case() {
        for (value, temporality, is_told) in [
            ("", Temporality::Cumulative, false),
            ("delta", Temporality::Delta, false),
            ("DELTA", Temporality::Delta, false),
            ("LowMemory", Temporality::LowMemory, false),
            ("absolute", Temporality::Cumulative, true),
        ] {
            let (read, _, warnings) = read(&[("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", value)]);
            assert_eq!((read, !warnings.is_empty()), (temporality, is_told), "{value}: {warnings:?}");
        }
    }
}
