//! What Datadog's variables say of the program: `DD_ENV`, `DD_SERVICE` and `DD_VERSION`, its unified service tags.
//! <https://docs.datadoghq.com/getting_started/tagging/unified_service_tagging/>

use super::reading::{Reading, shown};

/// Each variable and its attribute. The last, by which OpenTelemetry called the environment before, counts as given, too.
const ENVIRONMENT: (&str, [&str; 2]) = ("DD_ENV", ["deployment.environment.name", "deployment.environment"]);
const VERSION: (&str, [&str; 1]) = ("DD_VERSION", ["service.version"]);
const SERVICE: &str = "DD_SERVICE";

/// The name of the service, unless `given` by OpenTelemetry's variables, each with its name.
pub(super) fn service(reading: &mut Reading<'_>, given: Option<(&str, &str)>) -> Option<String> {
    let value = reading.get(SERVICE)?;
    match given {
        Some((winner, chosen)) => {
            tell_unless_equal(reading, (SERVICE, value), (winner, chosen));
            None
        }
        None => Some(value.to_owned()),
    }
}

/// What they add to the attributes of `winner`.
pub(super) fn complete(reading: &mut Reading<'_>, attributes: &mut Vec<(String, String)>, winner: &str) {
    for (name, keys) in [(ENVIRONMENT.0, &ENVIRONMENT.1[..]), (VERSION.0, &VERSION.1[..])] {
        let Some(value) = reading.get(name) else { continue };
        let given = attributes.iter().rfind(|(key, _)| keys.contains(&key.as_str()));
        if let Some((_, chosen)) = given {
            tell_unless_equal(reading, (name, value), (winner, chosen));
        } else if let Some(key) = keys.first() {
            attributes.push(((*key).to_owned(), value.to_owned()));
        }
    }
}

fn tell_unless_equal(reading: &mut Reading<'_>, (name, value): (&str, &str), (winner, chosen): (&str, &str)) {
    if value != chosen {
        reading.no_effect(name, value, &format!("{winner} takes precedence, with {}", shown(chosen)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::resource::resource;
    use super::super::variables::{Given, Variables};
    use super::*;

    #[test]
    fn datadogs_variables_say_what_opentelemetrys_leave_open() {
        let attributes = |list| ("OTEL_RESOURCE_ATTRIBUTES", list);
        let (env, service, version) = (("DD_ENV", "prod"), ("DD_SERVICE", "flights"), ("DD_VERSION", "1.2"));
        let function = ("AWS_LAMBDA_FUNCTION_NAME", "f");
        let table: [(Given<'_>, Option<&str>, Given<'_>, &[&str]); 9] = [
            (
                &[env, service, version, function],
                Some("flights"),
                &[("deployment.environment.name", "prod"), ("service.version", "1.2")],
                &[],
            ),
            (&[("DD_ENV", " "), ("DD_SERVICE", ""), function], Some("f"), &[], &[]),
            (&[service, ("OTEL_SERVICE_NAME", "mine")], Some("mine"), &[], &["DD_SERVICE=\"flights\" has no effect"]),
            (&[service, ("OTEL_SERVICE_NAME", "flights")], Some("flights"), &[], &[]),
            (&[service, attributes("service.name=mine")], Some("mine"), &[], &["OTEL_RESOURCE_ATTRIBUTES takes"]),
            (
                &[env, version, attributes("deployment.environment.name=test,service.version=2")],
                None,
                &[("deployment.environment.name", "test"), ("service.version", "2")],
                &["DD_ENV=\"prod\" has no effect", "DD_VERSION=\"1.2\" has no effect"],
            ),
            (&[env, attributes("deployment.environment=prod")], None, &[("deployment.environment", "prod")], &[]),
            (&[env, attributes("team=air")], None, &[("team", "air"), ("deployment.environment.name", "prod")], &[]),
            // What is malformed is given by nobody.
            (
                &[env, attributes("foo")],
                None,
                &[("deployment.environment.name", "prod")],
                &["OTEL_RESOURCE_ATTRIBUTES=\"foo\" is not understood"],
            ),
        ];
        for (variables, name, expected, told) in table {
            let variables: Variables = variables.iter().copied().collect();
            let mut reading = Reading::of(&variables);
            let resource = resource(&mut reading);
            let pairs: Vec<_> = resource.attributes.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            assert_eq!((resource.service_name.as_deref(), &pairs[..]), (name, expected), "{variables:?}");
            let warnings = reading.into_warnings();
            assert_eq!(warnings.len(), told.len(), "{variables:?}: {warnings:?}");
            for (line, part) in warnings.iter().zip(told) {
                assert!(line.contains(part), "{line}");
            }
        }
    }
}
