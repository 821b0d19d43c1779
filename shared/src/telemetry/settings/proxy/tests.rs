use super::super::variables::{Given, Variables};
use super::*;

const HTTPS: &str = "https://otlp.example.com/v1/traces";
const HTTP: &str = "http://otlp.example.com:4318/v1/traces";

fn read(endpoint: &str, variables: Given<'_>) -> (Option<Proxy>, Vec<String>) {
    let variables: Variables = variables.iter().copied().collect();
    let mut reading = Reading::of(&variables);
    let proxy = Proxy::read(&mut reading, endpoint);
    (proxy, reading.into_warnings())
}

#[test]
fn a_proxy_is_used_for_its_scheme_and_not_for_exceptions_and_this_machine() {
    let proxy = |name| (name, "http://proxy:3128");
    let https_proxy = proxy("HTTPS_PROXY");
    let table: [(&str, Given<'_>, &str); 19] = [
        (HTTPS, &[], ""),
        (HTTPS, &[https_proxy], "HTTPS_PROXY"),
        (HTTPS, &[proxy("https_proxy")], "https_proxy"),
        (HTTPS, &[https_proxy, ("https_proxy", "http://other")], "HTTPS_PROXY"),
        (HTTPS, &[proxy("ALL_PROXY")], "ALL_PROXY"),
        (HTTPS, &[proxy("all_proxy"), ("HTTPS_PROXY", " ")], "all_proxy"),
        (HTTPS, &[proxy("HTTP_PROXY"), proxy("http_proxy")], ""),
        (HTTP, &[proxy("HTTP_PROXY")], "HTTP_PROXY"),
        (HTTP, &[proxy("http_proxy"), ("ALL_PROXY", "http://other")], "http_proxy"),
        (HTTP, &[https_proxy], ""),
        (HTTPS, &[https_proxy, ("NO_PROXY", "a.b, .example.com")], ""),
        (HTTPS, &[https_proxy, ("no_proxy", "*")], ""),
        (HTTPS, &[https_proxy, ("NO_PROXY", "example.org"), ("no_proxy", "*")], "HTTPS_PROXY"),
        (HTTPS, &[https_proxy, ("NO_PROXY", "otlp.example.com:443")], ""),
        (HTTPS, &[https_proxy, ("NO_PROXY", "otlp.example.com:4318")], "HTTPS_PROXY"),
        ("https://localhost/v1/traces", &[https_proxy], ""),
        ("http://127.0.0.2:4318/", &[proxy("HTTP_PROXY")], ""),
        ("http://[::1]:4318/", &[proxy("ALL_PROXY")], ""),
        ("https://10.0.0.1/", &[https_proxy, ("NO_PROXY", "10.0.0.0/8")], ""),
    ];
    for (endpoint, variables, variable) in table {
        let (proxy, lines) = read(endpoint, variables);
        assert_eq!(proxy.map_or("", |proxy| proxy.variable), variable, "{endpoint} {variables:?}");
        assert_eq!(lines, Vec::<String>::new(), "{endpoint} {variables:?}");
    }
}

#[test]
fn a_proxys_url_is_taken_apart_and_its_user_decoded() {
    // `Aladdin:open sesame`, `Aladdin:`, `u:p@:`.
    for (url, uri, authorization) in [
        ("http://proxy:3128", "http://proxy:3128/", None),
        ("proxy:3128", "http://proxy:3128/", None),
        ("HTTP://proxy/path?q", "http://proxy/", None),
        ("http://[fd00::1]:3128/", "http://[fd00::1]:3128/", None),
        ("http://Aladdin:open%20sesame@proxy", "http://proxy/", Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")),
        ("Aladdin@proxy:1", "http://proxy:1/", Some("Basic QWxhZGRpbjo=")),
        ("http://u:p@%3A@proxy", "http://proxy/", Some("Basic dTpwQDo=")),
    ] {
        let (proxy, lines) = read(HTTPS, &[("HTTPS_PROXY", url)]);
        let proxy = proxy.unwrap_or_else(|| panic!("{url}: {lines:?}"));
        let found = proxy.authorization.as_ref().map(|value| value.to_str().unwrap());
        assert_eq!((proxy.uri.to_string().as_str(), found), (uri, authorization), "{url}");
        assert!(!format!("{proxy} {proxy:?}").contains("QWx") && !proxy.to_string().contains('@'), "{proxy} {proxy:?}");
    }
}

#[test]
fn what_is_no_proxy_is_told_without_its_password_and_not_used() {
    for (url, reason) in [
        ("socks5://u:secret@proxy:1080", "only proxies with http://"),
        ("https://u:secret@proxy:3128", "only proxies with http://"),
        ("http://u:secret@", "it is not the URL of a proxy"),
        ("http://u:secret@proxy:port", "it is not the URL of a proxy"),
        ("http://u:se/cret@proxy:3128", "it is not the URL of a proxy"),
        ("http://secret:8/x@proxy:3128", "percent-encode user and password"),
        ("secret:8?x@proxy:3128", "percent-encode user and password"),
        ("http://u:secret%@proxy:3128", "encodes nothing"),
    ] {
        let (proxy, lines) = read(HTTPS, &[("HTTPS_PROXY", url)]);
        let [line] = &lines[..] else { panic!("{url}: {lines:?}") };
        assert!(proxy.is_none() && line.starts_with("HTTPS_PROXY=\"") && line.contains(reason), "{line}");
        assert!(line.ends_with("for otlp.example.com is sent there directly"), "{line}");
        assert!(!line.contains("secret") && !line.contains("cret@"), "{line}");
    }
}

#[test]
fn an_exception_that_is_not_understood_is_told_and_the_others_count() {
    let proxy = ("HTTPS_PROXY", "http://proxy:3128");
    let (used, lines) = read(HTTPS, &[proxy, ("NO_PROXY", "10.*,example.com,10.0.0.0/33")]);
    assert!(used.is_none());
    assert!(lines.len() == 1 && lines[0].starts_with("NO_PROXY: \"10.*,10.0.0.0/33\" has no effect: "), "{lines:?}");
    let (_, lines) = read(HTTPS, &[("NO_PROXY", "10.*")]);
    assert!(lines.is_empty(), "there is no proxy: {lines:?}");
}

#[test]
fn a_header_of_a_request_is_no_proxy_of_a_cgi_program() {
    let cgi = ("REQUEST_METHOD", "GET");
    for (variables, variable) in [
        (&[("HTTP_PROXY", "http://evil"), cgi][..], ""),
        (&[("HTTP_PROXY", "http://evil"), ("http_proxy", "http://proxy"), cgi], "http_proxy"),
    ] {
        let (proxy, lines) = read(HTTP, variables);
        assert_eq!(proxy.map_or("", |proxy| proxy.variable), variable, "{variables:?}");
        assert!(lines.len() == 1 && lines[0].starts_with("HTTP_PROXY=\"http://evil\" has no effect"), "{lines:?}");
    }
}
