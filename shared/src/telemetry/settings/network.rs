//! What the way to the collector does not heed yet: proxies, and private certificates.

use std::net::IpAddr;

use super::endpoint::Endpoint;
use super::reading::{Reading, shown};
use super::signal::Signal;

const AUTHORITIES: &str = "only public certificate authorities are trusted, and they are compiled in";

pub(super) fn warn_of_settings_without_effect(reading: &mut Reading<'_>, signals: &[&Signal]) {
    let endpoints: Vec<_> = signals.iter().filter_map(|signal| Endpoint::parse(&signal.endpoint).ok()).collect();
    for endpoint in &endpoints {
        tell_of_proxy(reading, endpoint);
    }
    let has_https = endpoints.iter().any(Endpoint::is_https);
    if has_https {
        for name in ["SSL_CERT_FILE", "SSL_CERT_DIR"] {
            if let Some(value) = reading.get(name) {
                let value = shown(value);
                reading.tell(format!("{name}={value} has no effect on spans and metrics: {AUTHORITIES}"));
            }
        }
    }
    // A function's AWS SDK, which is the one for Rust, does not read it either.
    let is_function = reading.get("AWS_LAMBDA_FUNCTION_NAME").is_some() && !endpoints.is_empty();
    if let Some(value) = reading.get("AWS_CA_BUNDLE").filter(|_| is_function || has_https) {
        let reason = format!("{AUTHORITIES}; the AWS SDK for Rust reads SSL_CERT_FILE instead");
        reading.no_effect("AWS_CA_BUNDLE", value, &reason);
    }
}

fn tell_of_proxy(reading: &mut Reading<'_>, endpoint: &Endpoint) {
    let names = if endpoint.is_https() {
        ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
    } else {
        ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"]
    };
    let Some((name, value)) = names.into_iter().find_map(|name| Some((name, reading.get(name)?))) else { return };
    let exceptions = ["NO_PROXY", "no_proxy"].into_iter().filter_map(|name| reading.get(name));
    if is_local(endpoint.host())
        || exceptions.flat_map(|list| list.split(',')).any(|entry| covers(entry, endpoint.host()))
    {
        return;
    }
    let value = shown(&Endpoint::without_secrets(value));
    let host = endpoint.host();
    reading.tell(format!("{name}={value} has no effect on spans and metrics: they are sent to {host} directly"));
}

/// No proxy is asked for what is on the same machine.
fn is_local(host: &str) -> bool {
    let is_loopback = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    is_loopback || host.eq_ignore_ascii_case("localhost") || host.to_ascii_lowercase().ends_with(".localhost")
}

/// Whether an entry of `NO_PROXY` covers the host: `*`, a host, or a domain with or without a dot before it.
fn covers(entry: &str, host: &str) -> bool {
    let (entry, host) = (entry.trim().to_ascii_lowercase(), host.to_ascii_lowercase());
    let domain = entry.trim_start_matches('*').trim_start_matches('.');
    entry == "*"
        || !domain.is_empty() && (host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::super::signal::TRACES;
    use super::super::variables::{Given, Variables};
    use super::*;

    fn told(endpoint: &str, variables: Given<'_>) -> String {
        let variables: Variables =
            variables.iter().copied().chain([("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)]).collect();
        let mut reading = Reading::of(&variables);
        let signal = Signal::read(&mut reading, TRACES);
        warn_of_settings_without_effect(&mut reading, &[&signal]);
        reading.into_warnings().join("\n")
    }

    #[test]
    fn a_proxy_is_reported_where_it_would_be_used() {
        let (https, http) = ("https://otlp.example.com", "http://otlp.example.com:4318");
        let proxy = |name| (name, "http://user:secret@proxy:3128");
        let table: [(&str, Given<'_>, &str); 14] = [
            (https, &[proxy("HTTPS_PROXY")], "HTTPS_PROXY"),
            (https, &[proxy("https_proxy")], "https_proxy"),
            (https, &[proxy("ALL_PROXY")], "ALL_PROXY"),
            (https, &[proxy("HTTP_PROXY")], ""),
            (http, &[proxy("http_proxy")], "http_proxy"),
            (http, &[proxy("HTTPS_PROXY")], ""),
            (https, &[("NO_PROXY", "example.org")], ""),
            (https, &[proxy("HTTPS_PROXY"), ("NO_PROXY", "a.b, .example.com")], ""),
            (https, &[proxy("HTTPS_PROXY"), ("no_proxy", "*")], ""),
            (https, &[proxy("HTTPS_PROXY"), ("NO_PROXY", "otlp.example.com")], ""),
            (https, &[proxy("HTTPS_PROXY"), ("NO_PROXY", "ple.com,")], "HTTPS_PROXY"),
            ("https://localhost", &[proxy("HTTPS_PROXY")], ""),
            ("http://127.0.0.1:4318", &[proxy("HTTP_PROXY")], ""),
            ("http://[::1]:4318", &[proxy("ALL_PROXY")], ""),
        ];
        for (endpoint, variables, name) in table {
            let line = told(endpoint, variables);
            assert_eq!(line.split('=').next(), Some(name), "{endpoint} {variables:?}: {line}");
            assert!(!line.contains("secret") && line.contains("proxy:3128") != name.is_empty(), "{line}");
        }
    }

    #[test]
    fn own_certificate_authorities_are_reported_where_they_would_count() {
        let function = ("AWS_LAMBDA_FUNCTION_NAME", "f");
        for (endpoint, variable, further, has_line) in [
            ("https://c", "SSL_CERT_FILE", &[][..], true),
            ("https://c", "SSL_CERT_DIR", &[], true),
            ("http://c:4318", "SSL_CERT_FILE", &[function], false),
            ("https://c", "AWS_CA_BUNDLE", &[], true),
            ("http://c:4318", "AWS_CA_BUNDLE", &[function], true),
            ("http://c:4318", "AWS_CA_BUNDLE", &[], false),
        ] {
            let line = told(endpoint, &[&[(variable, "/etc/ca.pem")], further].concat());
            assert_eq!(line.starts_with(&format!("{variable}=\"/etc/ca.pem\" has no effect")), has_line, "{line}");
            assert_eq!(line.is_empty(), !has_line, "{line}");
        }
    }
}
