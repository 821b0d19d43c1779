//! Collectors that send too much, and those that send much.

use std::time::Duration;

use opentelemetry_http::{Bytes, Request};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::super::super::settings::Tls;
use super::super::http_client::Client;
use super::*;

const PATIENCE: Duration = Duration::from_secs(60);

/// Sends `again` after each request until nobody takes it, and tells how much was taken.
async fn collector(first: &'static str, again: &'static str) -> (String, tokio::task::JoinHandle<usize>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}/v1/traces", listener.local_addr().unwrap());
    let taken = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        let _ = stream.read(&mut request).await.unwrap();
        let (mut taken, again) = (0, again.repeat(1000));
        if stream.write_all(first.as_bytes()).await.is_ok() {
            while stream.write_all(again.as_bytes()).await.is_ok() {
                taken += again.len();
            }
        }
        taken
    });
    (url, taken)
}

/// Whatever it is that has no end: heads that are skipped, a head, a body, a body in chunks.
#[tokio::test]
async fn a_collector_that_sends_without_end_is_left() {
    let table = [
        ("", "HTTP/1.1 100 Continue\r\n\r\n"),
        ("", "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n"),
        ("HTTP/1.1 200 OK\r\n", "x"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n", "x"),
        ("HTTP/1.1 500 Internal Server Error\r\ntransfer-encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;", "x"),
    ];
    for (first, again) in table {
        let (url, taken) = collector(first, again).await;
        let request = Request::post(url).body(Bytes::from_static(b"spans")).unwrap();
        let client = Client::new(&Tls::default(), None).unwrap().0;
        let answer = tokio::time::timeout(PATIENCE, client.send(request)).await.expect("it waits for the end");
        assert!(answer.is_err(), "{first}{again}");
        drop(client);
        let taken = taken.await.unwrap();
        // What lies in the buffers of the sockets was never read.
        assert!(taken < 16 * MAX_ANSWER_BYTES, "{first}{again}: {taken} bytes");
    }
}

/// Or a connection that lives for days would end at a mebibyte.
#[tokio::test]
async fn each_request_has_the_whole_limit() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}/v1/traces", listener.local_addr().unwrap());
    let body = "x".repeat(MAX_ANSWER_BYTES - 1000);
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        for _ in 0..3 {
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).await.unwrap();
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let client = Client::new(&Tls::default(), None).unwrap().0;
    for _ in 0..3 {
        let request = Request::post(&url).body(Bytes::from_static(b"spans")).unwrap();
        assert_eq!(client.send(request).await.unwrap().body().len(), MAX_ANSWER_BYTES - 1000);
    }
    server.await.unwrap();
}
