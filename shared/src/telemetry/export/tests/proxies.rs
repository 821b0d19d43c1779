//! Collectors that are reached through a proxy.

use std::net::TcpListener;

use tokio::net::TcpSocket;

use super::authority::{Authority, Files};
use super::collector::{Collector, answer, ok};
use super::forward_proxy::ForwardProxy;
use super::*;

/// Nobody has this name, so that only the proxy leads there.
const HTTPS: &str = "https://collector.example";
const HTTP: &str = "http://collector.example:4318";
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES_ONLY: (&str, &str) = ("OTEL_METRICS_EXPORTER", "none");
/// `user:s3cr3t p`
const USER: &str = "user:s3cr3t%20p";
const AUTHORIZATION: &str = "Basic dXNlcjpzM2NyM3QgcA==";

fn url(address: std::net::SocketAddr) -> String {
    format!("http://{USER}@{address}")
}

async fn flushed(variables: &[(&str, &str)]) -> Vec<String> {
    let (telemetry, lines) = configured(variables);
    end_spans(&telemetry, 3);
    telemetry.flush(PATIENCE).await;
    lines.take()
}

#[tokio::test]
async fn a_collector_with_tls_is_reached_by_connect_and_neither_sees_the_others_secrets() {
    let (authority, files) = (Authority::new("its"), Files::new());
    let collector = Collector::secure(authority.server("collector.example", None));
    let proxy = ForwardProxy::open(collector.address());
    let its = files.write("its.pem", authority.pem());
    let variables = [
        (ENDPOINT, HTTPS),
        ("HTTPS_PROXY", &url(proxy.address)),
        ("HTTP_PROXY", "http://127.0.0.1:1"),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", &its),
        ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=k3y"),
        TRACES_ONLY,
    ];
    assert_eq!((flushed(&variables).await, collector.taken()), (vec![], 3));
    let head = "CONNECT collector.example:443 HTTP/1.1\r\nHost: collector.example:443\r\n";
    assert_eq!(proxy.heads(), [format!("{head}Proxy-Authorization: {AUTHORIZATION}\r\n\r\n")]);
    assert_eq!(collector.header("api-key").as_deref(), Some("k3y"));
    assert_eq!(collector.header("proxy-authorization"), None);
}

#[tokio::test]
async fn a_collector_without_tls_is_named_to_the_proxy_with_its_whole_url() {
    let collector = Collector::healthy();
    let proxy = ForwardProxy::open(collector.address());
    let proxy_url = url(proxy.address);
    let variables = [(ENDPOINT, HTTP), ("http_proxy", &*proxy_url), ("HTTPS_PROXY", "http://127.0.0.1:1"), TRACES_ONLY];
    assert_eq!((flushed(&variables).await, collector.taken()), (vec![], 3));
    let [head] = &proxy.heads()[..] else { panic!("{:?}", proxy.heads()) };
    assert!(head.starts_with("POST http://collector.example:4318/v1/traces HTTP/1.1\r\n"), "{head}");
    assert!(head.contains(&format!("proxy-authorization: {AUTHORIZATION}\r\n")), "{head}");
    assert!(head.contains("host: collector.example:4318\r\n"), "{head}");
}

#[tokio::test]
async fn a_collector_on_this_machine_or_with_an_exception_is_reached_without_a_proxy() {
    let collector = Collector::healthy();
    let proxy = ForwardProxy::open(collector.address());
    let proxy_url = url(proxy.address);
    // On Linux, 0.0.0.0 is this machine, and not a loopback address.
    let elsewhere = format!("http://0.0.0.0:{}", collector.address().port());
    type Further<'a> = &'a [(&'a str, &'a str)];
    let table: [(&str, Further<'_>, usize); 3] = [
        (&collector.base, &[], 0),
        (&elsewhere, &[("NO_PROXY", "example.org,0.0.0.0/8")], 0),
        (&elsewhere, &[("NO_PROXY", "example.org")], 1),
    ];
    for (endpoint, further, through) in table {
        let variables = [&[(ENDPOINT, endpoint), ("ALL_PROXY", &proxy_url), TRACES_ONLY], further].concat();
        assert_eq!(flushed(&variables).await, Vec::<String>::new());
        assert_eq!(proxy.heads().len(), through, "{variables:?}");
    }
    assert_eq!(collector.taken(), 9);
}

#[tokio::test]
async fn a_proxy_that_is_no_way_is_told_with_its_variable_and_without_its_password() {
    let nobody = TcpSocket::new_v4().unwrap();
    nobody.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let nobody = nobody.local_addr().unwrap();
    let refusing = |wants, answer| ForwardProxy::start(nobody, wants, answer).address;
    const LOGIN: &str =
        "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n";
    const DENIED: &str = "HTTP/1.1 403 Forbidden\r\ncontent-length: 19\r\n\r\ndenied for s3cr3t p";
    let user = "write them into its URL, as in http://USER:PASSWORD@HOST:PORT";
    let hosts_own = "check the proxy's URL";
    let unlike = ForwardProxy::start(nobody, "nothing has this", "SSH-2.0-OpenSSH_9.2\r\n\r\n");
    for (endpoint, variable, proxy, cause, way_out) in [
        (HTTPS, "HTTPS_PROXY", nobody, "the proxy cannot be reached", hosts_own),
        (HTTP, "HTTP_PROXY", nobody, "the proxy cannot be reached", hosts_own),
        (
            HTTPS,
            "ALL_PROXY",
            refusing("no way", LOGIN),
            "answered 407 Proxy Authentication Required to CONNECT collector.example:443",
            user,
        ),
        (HTTP, "ALL_PROXY", refusing("no way", LOGIN), "answered 407 Proxy Authentication Required", user),
        (
            HTTPS,
            "https_proxy",
            refusing("no way", DENIED),
            "403 Forbidden to CONNECT collector.example:443",
            "let the proxy connect",
        ),
        (HTTP, "http_proxy", refusing("no way", DENIED), "answered 403 Forbidden, saying \"denied for ***\"", ""),
        (HTTPS, "HTTPS_PROXY", refusing("no way", ""), "the proxy ended the connection", hosts_own),
        (HTTPS, "HTTPS_PROXY", unlike.address, "is not one of HTTP/1.1", hosts_own),
    ] {
        let lines = flushed(&[(ENDPOINT, endpoint), (variable, &url(proxy)), TRACES_ONLY]).await;
        let [line] = &lines[..] else { panic!("{cause}: {lines:?}") };
        assert!(
            line.contains(&format!("{endpoint}/v1/traces through the proxy http://{proxy} ({variable})")),
            "{line}"
        );
        assert!(line.contains(cause) && line.contains(way_out), "{line}");
        assert!(!line.contains("s3cr3t") && !line.contains("dXNlc") && !line.contains("user:"), "{line}");
        assert!(line.len() < 1024 && line.lines().count() == 1, "{line}");
    }
}

#[tokio::test]
async fn a_proxy_that_hangs_is_named_when_time_is_up() {
    let hanging = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let proxy = url(hanging.local_addr().unwrap());
    let timeout = ("OTEL_EXPORTER_OTLP_TIMEOUT", "200");
    let lines = flushed(&[(ENDPOINT, HTTPS), ("HTTPS_PROXY", &proxy), timeout, TRACES_ONLY]).await;
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert!(
        line.contains("no answer from https://collector.example/v1/traces through the proxy http://127.0.0.1:"),
        "{line}"
    );
    assert!(line.contains("(HTTPS_PROXY) within 200ms"), "{line}");
}

/// Whose certificate is not trusted is the collector, and not the proxy.
#[tokio::test]
async fn what_is_in_a_tunnel_fails_as_it_does_without_one() {
    let collector = Collector::secure(Authority::new("its").server("collector.example", None));
    let proxy = ForwardProxy::open(collector.address());
    let lines = flushed(&[(ENDPOINT, HTTPS), ("HTTPS_PROXY", &url(proxy.address)), TRACES_ONLY]).await;
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert!(line.contains("UnknownIssuer") && line.contains("only public authorities are trusted"), "{line}");
    let busy = Collector::start(|number, _| match number {
        0 => answer("503 Service Unavailable", "content-type: text/plain", ""),
        _ => ok(),
    });
    let proxy = ForwardProxy::open(busy.address());
    let lines = flushed(&[(ENDPOINT, HTTP), ("HTTP_PROXY", &url(proxy.address)), TRACES_ONLY]).await;
    assert_eq!((lines, busy.taken(), busy.requests()), (vec![], 3, 2));
}
