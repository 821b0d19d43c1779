//! What the variables say of a destination.

use super::*;

type Variables<'a> = &'a [(&'a str, &'a str)];

fn read(variables: Variables<'_>) -> Result<Option<Destination>, DestinationError> {
    Destination::read(|name| variables.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned()))
}

#[test]
fn the_endpoint_for_traces_is_taken_as_it_is_and_before_the_one_for_all() {
    let table: [(Variables<'_>, Option<&str>); 11] = [
        (&[], None),
        (&[(ENDPOINT, " ")], None),
        (&[(ENDPOINT, "nonsense"), ("OTEL_SDK_DISABLED", " True ")], None),
        (&[(ENDPOINT, "nonsense"), ("OTEL_TRACES_EXPORTER", "none")], None),
        (&[(ENDPOINT, "http://a:1"), ("OTEL_SDK_DISABLED", "false")], Some("http://a:1/v1/traces")),
        (&[(ENDPOINT, "http://localhost:4318")], Some("http://localhost:4318/v1/traces")),
        (&[(ENDPOINT, " http://localhost:4318/ ")], Some("http://localhost:4318/v1/traces")),
        (&[(ENDPOINT, "https://otel.example/tenant/7")], Some("https://otel.example/tenant/7/v1/traces")),
        (&[(TRACES_ENDPOINT, "http://[::1]:4318/in")], Some("http://[::1]:4318/in")),
        (&[(TRACES_ENDPOINT, "http://localhost:1")], Some("http://localhost:1/")),
        (&[(ENDPOINT, "http://a:1"), (TRACES_ENDPOINT, "http://b:2/v1/traces")], Some("http://b:2/v1/traces")),
    ];
    for (variables, expected) in table {
        let url = read(variables).unwrap().map(|destination| destination.url.to_string());
        assert_eq!(url.as_deref(), expected, "{variables:?}");
    }
}

#[test]
fn a_malformed_url_is_refused_by_its_variable_and_without_its_secrets() {
    for (variable, value, shown) in [
        (ENDPOINT, "localhost:4318", "\"localhost:4318\""),
        (ENDPOINT, "grpc://localhost:4317", "\"grpc://localhost:4317\""),
        (ENDPOINT, "http://", "\"http://\""),
        (TRACES_ENDPOINT, "user:hunter2@localhost:4318/v1/traces?key=hunter2", "\"localhost:4318/v1/traces\""),
        (TRACES_ENDPOINT, "http://user:hunter2@local host/", "\"http://local host/\""),
    ] {
        let error = read(&[(variable, value)]).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{variable}={shown} is not a URL")), "{error}");
        assert!(!error.contains("hunter2") && error.contains("http://localhost:4318"), "{error}");
    }
}

#[test]
fn a_destination_is_shown_without_user_and_query() {
    let destination = read(&[(TRACES_ENDPOINT, "https://user:hunter2@otel.example/in?key=hunter2")]).unwrap().unwrap();
    assert_eq!(destination.to_string(), "https://otel.example/in");
}

#[test]
fn headers_are_pairs_whose_values_are_percent_encoded_and_those_for_traces_come_first() {
    let read = |variables: &[(&str, &str)]| {
        let endpoint = (ENDPOINT, "http://localhost:4318");
        let headers = read(&[variables, &[endpoint]].concat()).unwrap().unwrap().headers;
        headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect::<Vec<_>>()
    };
    assert_eq!(read(&[(HEADERS, "api-key=a%20b%2Cc, X-Tenant = 7,,")]), ["api-key: a b,c", "x-tenant: 7"]);
    assert_eq!(read(&[(HEADERS, "authorization=Basic dTpw=")]), ["authorization: Basic dTpw="]);
    assert_eq!(read(&[(HEADERS, "a=1"), (TRACES_HEADERS, "b=2")]), ["b: 2"]);
}

#[test]
fn a_malformed_header_is_refused_by_its_place_without_its_value() {
    for (value, entry) in [("hunter2", 1), ("a=1,b c=hunter2", 2), ("a=%zzhunter2", 1), ("a=hunter2%4", 1)] {
        let error = read(&[(ENDPOINT, "http://localhost:4318"), (HEADERS, value)]).unwrap_err().to_string();
        assert!(error.contains(&format!("{HEADERS} is not understood at its entry {entry}")), "{error}");
        assert!(!error.contains("hunter2"), "{error}");
    }
}

#[test]
fn a_timeout_is_in_milliseconds() {
    let endpoint = (ENDPOINT, "http://localhost:4318");
    let timeout = |variables: &[(&str, &str)]| read(variables).map(|it| it.unwrap().timeout.as_millis());
    assert_eq!(timeout(&[endpoint]).unwrap(), 10_000);
    assert_eq!(timeout(&[endpoint, (TIMEOUT, "500")]).unwrap(), 500);
    assert_eq!(timeout(&[endpoint, (TIMEOUT, "500"), (TRACES_TIMEOUT, "50")]).unwrap(), 50);
    for value in ["10s", "0", "-1"] {
        let error = timeout(&[endpoint, (TIMEOUT, value)]).unwrap_err().to_string();
        assert!(error.contains(TIMEOUT) && error.contains(value), "{error}");
    }
}

#[test]
fn a_variable_that_is_set_without_effect_is_reported() {
    let told = |variables: &[(&str, &str)]| {
        Destination::without_effect(|name| {
            variables.iter().find(|(it, _)| *it == name).map(|(_, value)| (*value).to_owned())
        })
    };
    let none = [("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_EXPORTER_OTLP_COMPRESSION", "none")];
    assert_eq!(told(&none), Vec::<String>::new());
    for variable in [
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
        "OTEL_EXPORTER_OTLP_COMPRESSION",
        "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
        "OTEL_EXPORTER_OTLP_CERTIFICATE",
        "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
    ] {
        let [line] = &told(&[(variable, "gzip")])[..] else { panic!("not one line for {variable}") };
        assert!(line.starts_with(&format!("{variable} has no effect here")), "{line}");
    }
}
