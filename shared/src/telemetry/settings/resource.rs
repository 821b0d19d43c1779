//! What every span and metric says of the program that it comes from.

use super::percent;
use super::reading::{Reading, shown};
use super::unified_service_tags;

const ATTRIBUTES: &str = "OTEL_RESOURCE_ATTRIBUTES";
const SERVICE_NAME: &str = "service.name";

/// The attributes that the user has chosen, which win over those that are detected; the service's name is not among them.
#[derive(Debug, Default)]
pub(in crate::telemetry) struct ResourceSettings {
    pub(in crate::telemetry) attributes: Vec<(String, String)>,
    /// A function is a service: its name serves where no other was chosen.
    pub(in crate::telemetry) service_name: Option<String>,
}

pub(super) fn resource(reading: &mut Reading<'_>) -> ResourceSettings {
    let mut attributes = Vec::new();
    if let Some(text) = reading.get(ATTRIBUTES) {
        match parse(text) {
            Ok(parsed) => attributes = parsed,
            Err(reason) => reading.tell(format!(
                "{ATTRIBUTES}={} is not understood, so none of it is used: {reason}. Write name=value,name=value, and `,`, `=` \
                 and `%` within a value as %2C, %3D and %25",
                shown(text)
            )),
        }
    }
    let is_name = |(key, value): &(String, String)| key == SERVICE_NAME && !value.is_empty();
    let among_them = attributes.iter().rfind(|attribute| is_name(attribute)).map(|(_, value)| value.clone());
    attributes.retain(|(key, _)| key != SERVICE_NAME);
    unified_service_tags::complete(reading, &mut attributes, ATTRIBUTES);
    let own = reading.get("OTEL_SERVICE_NAME").map(|name| ("OTEL_SERVICE_NAME", name.to_owned()));
    let chosen = own.or_else(|| among_them.map(|name| (ATTRIBUTES, name)));
    let given = chosen.as_ref().map(|(variable, name)| (*variable, name.as_str()));
    let datadogs = unified_service_tags::service(reading, given);
    let function = reading.get("AWS_LAMBDA_FUNCTION_NAME").map(str::to_owned);
    let service_name = chosen.map(|(_, name)| name).or(datadogs).or(function);
    ResourceSettings { attributes, service_name }
}

/// The specification: upon any error the whole value is discarded.
fn parse(text: &str) -> Result<Vec<(String, String)>, String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(parse_item).collect()
}

fn parse_item(item: &str) -> Result<(String, String), String> {
    let Some((key, value)) = item.split_once('=') else { return Err(format!("{} has no `=`", shown(item))) };
    let decode = |text: &str| {
        let bytes = percent::decode(text.trim())
            .ok_or_else(|| format!("{} has a `%` without two hexadecimal digits after it", shown(item)))?;
        String::from_utf8(bytes).map_err(|_| format!("{} does not stand for UTF-8", shown(item)))
    };
    let (key, value) = (decode(key)?, decode(value)?);
    if key.is_empty() {
        return Err(format!("{} has no name", shown(item)));
    }
    Ok((key, value))
}

#[cfg(test)]
mod tests {
    use super::super::variables::{Given, Variables};
    use super::*;

    fn read(variables: Given<'_>) -> (ResourceSettings, Vec<String>) {
        let variables: Variables = variables.iter().copied().collect();
        let mut reading = Reading::of(&variables);
        let resource = resource(&mut reading);
        (resource, reading.into_warnings())
    }

    #[test]
    fn attributes_are_told_apart_and_decoded() {
        let table: [(&str, Given<'_>); 6] = [
            ("team=air, cloud.region = eu-west-1 ", &[("team", "air"), ("cloud.region", "eu-west-1")]),
            ("team=a%2Cb", &[("team", "a,b")]),
            ("a%3Db=%C3%A9", &[("a=b", "é")]),
            ("note=x=y", &[("note", "x=y")]),
            ("empty=,a=1,", &[("empty", ""), ("a", "1")]),
            ("peer.service.name=db", &[("peer.service.name", "db")]),
        ];
        for (text, expected) in table {
            let (resource, warnings) = read(&[(ATTRIBUTES, text)]);
            let expected: Vec<_> = expected.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())).collect();
            assert_eq!((resource.attributes, warnings), (expected, Vec::new()), "{text}");
        }
    }

    #[test]
    fn a_malformed_list_is_discarded_as_a_whole_and_reported() {
        for (text, reason) in [
            ("foo", "\"foo\" has no `=`"),
            ("team=air,foo", "\"foo\" has no `=`"),
            ("team=air,a=%ZZ", "%25"),
            ("a=%FF", "UTF-8"),
            ("=x", "no name"),
        ] {
            let (resource, warnings) = read(&[(ATTRIBUTES, text), ("AWS_LAMBDA_FUNCTION_NAME", "f")]);
            assert!(resource.attributes.is_empty(), "{text}");
            assert_eq!(resource.service_name.as_deref(), Some("f"), "{text}");
            let [line] = &warnings[..] else { panic!("{text}: {warnings:?}") };
            assert!(line.starts_with(ATTRIBUTES) && line.contains(text) && line.contains(reason), "{line}");
        }
    }

    #[test]
    fn a_function_is_a_service_unless_its_user_names_another() {
        let function = ("AWS_LAMBDA_FUNCTION_NAME", "flights-consumer");
        let attributes = |list| (ATTRIBUTES, list);
        let table: [(Given<'_>, Option<&str>); 9] = [
            (&[], None),
            (&[function], Some("flights-consumer")),
            (&[function, attributes("team=air,service.name=flights")], Some("flights")),
            (&[function, attributes("service.name = flights")], Some("flights")),
            (&[function, attributes("service%2Ename=flights")], Some("flights")),
            (&[function, attributes("peer.service.name=db,team=x")], Some("flights-consumer")),
            (&[function, attributes("service.name=")], Some("flights-consumer")),
            (&[function, attributes("service.name=a"), ("OTEL_SERVICE_NAME", "b")], Some("b")),
            (&[function, attributes("service.name=a"), ("OTEL_SERVICE_NAME", " ")], Some("a")),
        ];
        for (variables, name) in table {
            let (resource, _) = read(variables);
            assert_eq!(resource.service_name.as_deref(), name, "{variables:?}");
            assert!(resource.attributes.iter().all(|(key, _)| key != SERVICE_NAME));
        }
    }
}
