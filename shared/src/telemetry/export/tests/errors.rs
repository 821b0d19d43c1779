//! Each kind of failure is told with its cause, the address, and the way out.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use rustls::{ServerConnection, Stream};
use tokio::net::TcpSocket;

use super::authority::Authority;
use super::collector::answer;
use super::*;

/// A failure, and what its line says of cause and way out. Of the address it always says host, port and path.
struct Failure {
    what: &'static str,
    base: String,
    cause: &'static str,
    way_out: &'static str,
}

/// Whatever connects gets this, and the connection ends; nothing, if it is empty.
fn says(bytes: impl Into<Vec<u8>>) -> String {
    let bytes = bytes.into();
    serve(move |mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(&bytes);
        // Or what was not read would reset the connection before the answer is there.
        let _ = stream.shutdown(std::net::Shutdown::Write);
        while stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {}
    })
}

fn serve(connection: impl Fn(TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || listener.incoming().map_while(Result::ok).for_each(connection));
    address.to_string()
}

/// A server with a certificate of an authority that nobody knows.
fn private() -> String {
    let config = Arc::new(Authority::new("private").server("127.0.0.1", None));
    serve(move |mut stream| {
        let mut session = ServerConnection::new(Arc::clone(&config)).unwrap();
        let _ = Stream::new(&mut session, &mut stream).read(&mut [0; 4096]);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        while stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {}
    })
}

/// The first frame of a server of HTTP/2: no settings.
const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];

fn of_connections(nobody: SocketAddr) -> Vec<Failure> {
    let failure = |what, base, cause, way_out| Failure { what, base, cause, way_out };
    // No label of a name may be so long, so that nobody is asked for it.
    let unknown = format!("http://{}.invalid:4318", "x".repeat(64));
    vec![
        failure("no such host", unknown, "dns error", "check the host's name"),
        failure(
            "nobody listens",
            format!("http://{nobody}"),
            "Connection refused",
            "is this its port for OTLP over HTTP (4318",
        ),
        failure(
            "private authority",
            format!("https://{}", private()),
            "UnknownIssuer",
            "only public authorities are trusted: name the file of another one in OTEL_EXPORTER_OTLP_CERTIFICATE",
        ),
        failure("plain on a port for TLS", format!("http://{}", private()), "the answer is in TLS", "use https://"),
        failure(
            "TLS on a plain port",
            format!("https://{}", says(answer("400 Bad Request", "x: y", ""))),
            "corrupt message",
            "use http://",
        ),
        failure(
            "a port of gRPC",
            format!("http://{}", says(SETTINGS)),
            "the answer is in HTTP/2",
            "not that of gRPC (4317)",
        ),
        failure("hangs up", format!("http://{}", says("")), "connection closed", "the collector ended the connection"),
        failure(
            "neither",
            format!("http://{}", says("SSH-2.0-OpenSSH_9.2\r\n")),
            "invalid HTTP version",
            "check that a collector",
        ),
    ]
}

fn of_answers() -> Vec<Failure> {
    let failure = |what, status: &str, headers: &str, body: &str, cause, way_out| {
        let base = format!("http://{}", says(answer(status, &format!("{headers}\r\nconnection: close"), body)));
        Failure { what, base, cause, way_out }
    };
    let text = "content-type: text/plain";
    let moved = "location: https://user:secret@elsewhere/v1/traces?key=secret";
    vec![
        failure(
            "key",
            "401 Unauthorized",
            text,
            "no\nsuch key",
            "answered 401 Unauthorized, saying \"no\\nsuch key\"",
            "OTEL_EXPORTER_OTLP_HEADERS",
        ),
        failure("role", "403 Forbidden", text, "", "answered 403 Forbidden", "OTEL_EXPORTER_OTLP_HEADERS"),
        failure(
            "path",
            "404 Not Found",
            text,
            "404 page not found",
            "answered 404 Not Found, saying",
            "look at path and port",
        ),
        failure(
            "redirect",
            "308 Permanent Redirect",
            moved,
            "",
            "308 Permanent Redirect to https://elsewhere/v1/traces;",
            "redirects are not followed",
        ),
        failure(
            "https",
            "400 Bad Request",
            text,
            "Client sent an HTTP request to an HTTPS server.",
            "to an HTTPS server.",
            "https://?",
        ),
        failure(
            "protobuf",
            "415 Unsupported Media Type",
            text,
            "",
            "415 Unsupported Media Type",
            "http/protobuf or http/json",
        ),
        failure(
            "size",
            "413 Payload Too Large",
            text,
            "",
            "413 Payload Too Large",
            "takes less than one span or metric needs",
        ),
        failure("trouble", "500 Internal Server Error", text, "disk full", "saying \"disk full\"", "look at its log"),
        failure("quota", "429 Too Many Requests", text, "", "429 Too Many Requests", "a rate limit"),
        failure(
            "page",
            "200 OK",
            "content-type: text/html",
            "<html>Sign in",
            "200 OK with text/html, as no collector does, saying \"<html>Sign in\"",
            "a proxy or a login page",
        ),
        failure(
            "long",
            "418 I'm a teapot",
            text,
            &"x".repeat(100_000),
            "418 I'm a teapot, saying \"xxx",
            "bytes more]\"",
        ),
    ]
}

/// The line about one failed export of each signal.
async fn lines_about(base: &str) -> [String; 2] {
    let (scheme, authority) = base.split_once("://").unwrap();
    let secret = format!("{scheme}://user:secret@{authority}/base");
    let endpoints = [format!("{secret}/v1/traces?api_key=secret"), format!("{secret}/v1/metrics?api_key=secret")];
    let (telemetry, lines) = exporting_to(endpoints, &[]);
    end_spans(&telemetry, 1);
    telemetry.meter().u64_counter("counter").build().add(1, &[]);
    telemetry.flush(PATIENCE).await;
    let mut lines = lines.take();
    lines.sort_unstable();
    let [metrics, spans] = lines.try_into().unwrap_or_else(|lines| panic!("{base}: {lines:?}"));
    [spans, metrics]
}

#[tokio::test]
async fn a_failure_is_told_with_its_cause_its_address_and_the_way_out() {
    let nobody = TcpSocket::new_v4().unwrap();
    nobody.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let failures = of_connections(nobody.local_addr().unwrap()).into_iter().chain(of_answers());
    for Failure { what, base, cause, way_out } in failures {
        let [spans, metrics] = lines_about(&base).await;
        for (line, start, path) in [
            (spans, "spans are being lost, 1 so far: ", "/base/v1/traces"),
            (metrics, "metrics cannot be exported, 1 so far: ", "/base/v1/metrics"),
        ] {
            assert!(line.starts_with(start), "{what}: {line}");
            assert!(line.contains(&format!("{base}{path}")), "{what}: {line}");
            assert!(line.contains(cause) && line.contains(way_out), "{what}: {line}");
            assert!(!line.contains("secret") && !line.contains("api_key"), "{what}: {line}");
            assert!(line.len() < 1024 && line.lines().count() == 1, "{what}: {line}");
        }
    }
}

#[tokio::test]
async fn a_path_that_is_doubled_is_called_so() {
    let base = format!("http://{}", says(answer("404 Not Found", "x: y", "")));
    let (telemetry, lines) = telemetry(&format!("{base}/v1/traces"), &[]);
    end_spans(&telemetry, 1);
    telemetry.flush(PATIENCE).await;
    let line = lines.wait();
    assert!(line.contains("/v1/traces/v1/traces answered 404") && line.contains("the path is doubled"), "{line}");
}
