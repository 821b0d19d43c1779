use super::super::names::{METRICS, TRACES};
use super::super::signal::Signal;
use super::super::variables::{Given, Variables};
use super::*;

/// Of traces, with what is reported.
fn read(endpoint: &str, variables: Given<'_>) -> (Tls, Vec<String>) {
    let endpoint = [("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)];
    let variables: Variables = endpoint.iter().chain(variables).copied().collect();
    let mut reading = Reading::of(&variables);
    let signals = [TRACES, METRICS].map(|names| (names, Signal::read(&mut reading, names)));
    let exported: Vec<_> = signals.iter().map(|(names, signal)| (*names, signal.endpoint.as_str())).collect();
    warn_of_settings_without_effect(&mut reading, &exported);
    let [(_, traces), _] = signals;
    (traces.tls, reading.into_warnings())
}

const HTTPS: &str = "https://c";
const ALL: &str = "OTEL_EXPORTER_OTLP_CERTIFICATE";
const OWN: &str = "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE";
const CHAIN: &str = "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE";
const KEY: &str = "OTEL_EXPORTER_OTLP_CLIENT_KEY";

#[test]
fn the_authorities_are_those_of_the_signal_or_of_all_or_of_openssl() {
    let table: [(Given<'_>, &str); 7] = [
        (&[], ""),
        (&[(ALL, "/all")], "OTEL_EXPORTER_OTLP_CERTIFICATE=/all"),
        (&[(ALL, "/all"), (OWN, "/own")], "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE=/own"),
        (&[(ALL, "/all"), ("OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE", "/m")], "OTEL_EXPORTER_OTLP_CERTIFICATE=/all"),
        (&[("SSL_CERT_FILE", "/f"), ("SSL_CERT_DIR", "/d:/e")], "SSL_CERT_FILE=/f SSL_CERT_DIR=/d:/e/"),
        (&[("SSL_CERT_DIR", "/d")], "SSL_CERT_DIR=/d/"),
        (&[("SSL_CERT_FILE", "/f"), (OWN, " /own\n")], "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE=/own"),
    ];
    for (variables, expected) in table {
        let (tls, lines) = read(HTTPS, variables);
        let shown =
            |pem: PemPath| format!("{}={}{}", pem.variable, pem.path, if pem.is_directories { "/" } else { "" });
        let shown: Vec<_> = tls.authorities.into_iter().map(shown).collect();
        assert_eq!((shown.join(" ").as_str(), lines), (expected, vec![]), "{variables:?}");
    }
}

#[test]
fn a_client_certificate_needs_its_key_and_a_key_is_not_shown() {
    let own_key = ("OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", "/own-key");
    type Paths = Option<(&'static str, &'static str)>;
    let table: [(Given<'_>, Paths, &str); 5] = [
        (&[(CHAIN, "/chain"), (KEY, "/key")], Some(("/chain", "/key")), ""),
        (&[(CHAIN, "/chain"), own_key, (KEY, "/key")], Some(("/chain", "/own-key")), ""),
        (
            &[(CHAIN, "/chain")],
            None,
            "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE=\"/chain\" has no effect: OTEL_EXPORTER_OTLP_CLIENT_KEY is not set",
        ),
        (
            &[(KEY, "-----BEGIN secret")],
            None,
            "OTEL_EXPORTER_OTLP_CLIENT_KEY (its value is not shown) has no effect: OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE is not set",
        ),
        (&[own_key], None, "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY (its value is not shown) has no effect"),
    ];
    for (variables, expected, told) in table {
        let (tls, lines) = read(HTTPS, variables);
        let paths =
            tls.identity.as_ref().map(|identity| (identity.certificate.path.as_str(), identity.key.path.as_str()));
        assert_eq!(paths, expected, "{variables:?}");
        assert!(lines.len() == usize::from(!told.is_empty()) && lines.concat().starts_with(told), "{lines:?}");
        assert!(!format!("{tls:?} {lines:?}").contains("secret") && !format!("{tls:?}").contains("key\""), "{tls:?}");
    }
}

#[test]
fn certificates_are_reported_where_no_endpoint_has_tls() {
    let (http, traces_only) = ("http://c:4318", ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://c"));
    let function = ("AWS_LAMBDA_FUNCTION_NAME", "f");
    let of_metrics = ("OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE", "/m");
    let bundle = ("AWS_CA_BUNDLE", "/b");
    let key = (KEY, "secret");
    let table: [(&str, Given<'_>, &str); 11] = [
        (http, &[(ALL, "/c")], "OTEL_EXPORTER_OTLP_CERTIFICATE=\"/c\" has no effect: the endpoint is not https://"),
        (http, &[(OWN, "/c")], "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE=\"/c\" has no effect"),
        (http, &[(CHAIN, "/c")], "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE=\"/c\" has no effect"),
        (http, &[key], "OTEL_EXPORTER_OTLP_CLIENT_KEY (its value is not shown) has no effect"),
        (http, &[traces_only, (ALL, "/c")], ""),
        (http, &[traces_only, of_metrics], "OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE=\"/m\" has no effect"),
        (http, &[("SSL_CERT_FILE", "/c"), ("SSL_CERT_DIR", "/c"), function], ""),
        (http, &[bundle], ""),
        (http, &[bundle, function], "AWS_CA_BUNDLE=\"/b\" has no effect: use SSL_CERT_FILE"),
        (HTTPS, &[bundle], "AWS_CA_BUNDLE=\"/b\" has no effect"),
        (HTTPS, &[(ALL, "/c"), of_metrics], ""),
    ];
    for (endpoint, variables, told) in table {
        let (tls, lines) = read(endpoint, variables);
        assert!(
            lines.len() == usize::from(!told.is_empty()) && lines.concat().starts_with(told),
            "{variables:?}: {lines:?}"
        );
        assert!(!lines.concat().contains("secret"), "{lines:?}");
        assert!(endpoint == HTTPS || variables.contains(&traces_only) || tls == Tls::default(), "{tls:?}");
    }
}

/// A file with key and certificate, in the place of its path.
const PEM: &str = "Bag Attributes\n-----BEGIN PRIVATE KEY-----\nsecret+/a,secret=secret:secret\n-----END PRIVATE KEY-----\n\
                   -----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";

#[test]
fn what_is_pem_itself_is_never_shown_whichever_variable_it_is_in() {
    let proxy = ("HTTPS_PROXY", "http://proxy:3128");
    let table: [(&str, Given<'_>, &str); 8] = [
        (HTTPS, &[(CHAIN, PEM)], "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE=(PEM, which is not shown) has no effect"),
        ("http://c", &[(CHAIN, PEM)], "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE=(PEM, which is not shown) has no effect"),
        ("http://c", &[(ALL, PEM)], "OTEL_EXPORTER_OTLP_CERTIFICATE=(PEM, which is not shown) has no effect"),
        (HTTPS, &[("AWS_CA_BUNDLE", PEM)], "AWS_CA_BUNDLE=(PEM, which is not shown) has no effect"),
        (PEM, &[], "OTEL_EXPORTER_OTLP_ENDPOINT=(PEM, which is not shown) is not understood"),
        (HTTPS, &[("OTEL_EXPORTER_OTLP_TIMEOUT", PEM)], "OTEL_EXPORTER_OTLP_TIMEOUT=(PEM, which is not shown)"),
        (HTTPS, &[("HTTPS_PROXY", PEM)], "HTTPS_PROXY=(PEM, which is not shown) has no effect"),
        (HTTPS, &[proxy, ("NO_PROXY", PEM)], "NO_PROXY: (PEM, which is not shown) has no effect"),
    ];
    for (endpoint, variables, told) in table {
        let (tls, lines) = read(endpoint, variables);
        assert!(lines.len() == 1 && lines[0].starts_with(told), "{lines:?}");
        assert!(!format!("{tls:?} {lines:?}").contains("secret"), "{tls:?} {lines:?}");
    }
    let (tls, _) = read(HTTPS, &[(ALL, PEM)]);
    assert_eq!(
        tls.authorities[0].no_effect("…"),
        "OTEL_EXPORTER_OTLP_CERTIFICATE=(PEM, which is not shown) has no effect: …"
    );
}
