//! Which traces are kept.

use opentelemetry_sdk::trace::Sampler;

use super::reading::Reading;

const NAME: &str = "OTEL_TRACES_SAMPLER";
const ARGUMENT: &str = "OTEL_TRACES_SAMPLER_ARG";
const DEFAULT: &str = "parentbased_always_on";
const KNOWN: &str = "use always_on, always_off, traceidratio, or one of these with parentbased_ before it";

pub(super) fn sampler(reading: &mut Reading<'_>) -> Sampler {
    let name = reading.get(NAME).map(str::to_ascii_lowercase);
    let name = name.as_deref().unwrap_or(DEFAULT);
    let (is_parent_based, kind) = name.strip_prefix("parentbased_").map_or((false, name), |kind| (true, kind));
    let root = match kind {
        "always_on" => Sampler::AlwaysOn,
        "always_off" => Sampler::AlwaysOff,
        "traceidratio" => Sampler::TraceIdRatioBased(ratio(reading)),
        _ => {
            // An argument is that of the sampler that there is not.
            reading.not_understood(NAME, reading.get(NAME).unwrap_or_default(), DEFAULT, KNOWN);
            return Sampler::ParentBased(Box::new(Sampler::AlwaysOn));
        }
    };
    if !matches!(root, Sampler::TraceIdRatioBased(_)) {
        unused_argument(reading, name);
    }
    if is_parent_based { Sampler::ParentBased(Box::new(root)) } else { root }
}

fn ratio(reading: &mut Reading<'_>) -> f64 {
    let ratio = reading.number(ARGUMENT, |ratio| (0.0..=1.0).contains(ratio), "1.0", "use a number from 0.0 to 1.0");
    ratio.unwrap_or(1.0)
}

fn unused_argument(reading: &mut Reading<'_>, sampler: &str) {
    let Some(value) = reading.get(ARGUMENT) else { return };
    // All of the traces is what one gets.
    if value.parse::<f64>() != Ok(1.0) {
        reading.no_effect(
            ARGUMENT,
            value,
            &format!("{sampler} takes no argument, only traceidratio and parentbased_traceidratio do"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::variables::Variables;
    use super::*;

    fn read(sampler_is: &str, argument: &str) -> (String, String) {
        let variables: Variables = [(NAME, sampler_is), (ARGUMENT, argument)].into_iter().collect();
        let mut reading = Reading::of(&variables);
        let sampler = sampler(&mut reading);
        (format!("{sampler:?}"), reading.into_warnings().join("\n"))
    }

    #[test]
    fn each_sampler_has_a_name_in_upper_or_lower_case() {
        for (name, argument, sampler) in [
            ("", "", "ParentBased(AlwaysOn)"),
            ("always_on", "1.0", "AlwaysOn"),
            (" ALWAYS_OFF\n", "", "AlwaysOff"),
            ("traceidratio", " 0.25 ", "TraceIdRatioBased(0.25)"),
            ("parentbased_always_on", "1", "ParentBased(AlwaysOn)"),
            ("ParentBased_Always_Off", "", "ParentBased(AlwaysOff)"),
            ("parentbased_traceidratio", "0", "ParentBased(TraceIdRatioBased(0.0))"),
            ("parentbased_traceidratio", "", "ParentBased(TraceIdRatioBased(1.0))"),
        ] {
            assert_eq!(read(name, argument), (sampler.to_owned(), String::new()), "{name} {argument}");
        }
    }

    #[test]
    fn a_malformed_setting_is_reported_and_the_default_is_used() {
        for (name, argument, sampler, told) in [
            ("xray", "endpoint=http://localhost:2000", "ParentBased(AlwaysOn)", "OTEL_TRACES_SAMPLER=\"xray\""),
            ("parentbased_jaeger_remote", "", "ParentBased(AlwaysOn)", "parentbased_always_on is used"),
            ("parentbased_parentbased_always_on", "", "ParentBased(AlwaysOn)", "is not understood"),
            ("traceidratio", "2", "TraceIdRatioBased(1.0)", "OTEL_TRACES_SAMPLER_ARG=\"2\""),
            ("traceidratio", "NaN", "TraceIdRatioBased(1.0)", "OTEL_TRACES_SAMPLER_ARG=\"NaN\""),
            ("traceidratio", "10%", "TraceIdRatioBased(1.0)", "1.0 is used"),
            ("", "0.1", "ParentBased(AlwaysOn)", "OTEL_TRACES_SAMPLER_ARG=\"0.1\" has no effect"),
            ("always_off", "many", "AlwaysOff", "OTEL_TRACES_SAMPLER_ARG=\"many\" has no effect"),
        ] {
            let (used, line) = read(name, argument);
            assert_eq!(used, sampler, "{name} {argument}");
            assert!(line.contains(told) && line.lines().count() == 1, "{name} {argument}: {line}");
        }
    }
}
