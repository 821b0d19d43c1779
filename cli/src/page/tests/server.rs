//! The page's server, by a real socket.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::sync::mpsc;

use super::made::{put, record, watched};
use super::viewer::Viewer;
use crate::page::server::Server;
use crate::page::{Asked, Model};

struct Page {
    server: Server,
    model: Arc<Mutex<Model>>,
    asked: mpsc::Receiver<Asked>,
}

async fn serve() -> Page {
    let model = Arc::new(Mutex::new(watched(100)));
    model.lock().unwrap().put(&put(1, 0), Some(&record(1, 0).data));
    let (ask, asked) = mpsc::channel(4);
    let server = Server::start(0, Arc::clone(&model), ask).await.unwrap();
    Page { server, model, asked }
}

fn client() -> Client<hyper_util::client::legacy::connect::HttpConnector, Full<Bytes>> {
    Client::builder(TokioExecutor::new()).build_http()
}

async fn request(
    page: &Page,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &'static str,
) -> (u16, http::HeaderMap, String) {
    let mut request = http::Request::builder().method(method).uri(format!("{}{path}", page.server.url()));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = client().request(request.body(Full::from(body)).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status.as_u16(), parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

async fn get(page: &Page, path: &str) -> (u16, String) {
    let (status, _, body) = request(page, "GET", path, &[], "").await;
    (status, body)
}

#[tokio::test]
async fn the_page_and_its_document_are_served_and_not_kept_by_browsers() {
    let page = serve().await;
    let (status, headers, html) = request(&page, "GET", "", &[], "").await;
    assert_eq!(status, 200);
    assert!(html.contains("<title>a run</title>") && !html.contains("id=\"data\""));
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("x-frame-options"), "DENY");
    assert!(header("content-security-policy").contains("frame-ancestors 'none'"));
    let (_, document) = get(&page, "api/document").await;
    let mut viewer = Viewer::default();
    viewer.take(&document);
    assert_eq!(viewer.column("records", "sequence"), ["1"]);
}

#[tokio::test]
async fn others_are_refused_whatever_they_ask() {
    let page = serve().await;
    for header in
        [("host", "attacker.example"), ("origin", "http://attacker.example"), ("sec-fetch-site", "cross-site")]
    {
        for (method, path) in
            [("GET", ""), ("GET", "api/document"), ("GET", "api/changes?since=0"), ("POST", "api/tell")]
        {
            let headers = [header, ("x-kinetrace", "1")];
            assert_eq!(request(&page, method, path, &headers, "help").await.0, 403, "{header:?} {method} {path}");
        }
    }
}

#[tokio::test]
async fn a_command_needs_its_header_and_its_answer_is_told() {
    let mut page = serve().await;
    assert_eq!(request(&page, "POST", "api/tell", &[], "help").await.0, 400);
    let asked = async {
        for answer in [Ok("killed".to_owned()), Err("no such environment".to_owned())] {
            let asked = page.asked.recv().await.unwrap();
            assert_eq!(asked.text, "kill consumer/0");
            asked.answer.send(answer).unwrap();
        }
        page.asked
    };
    let url = format!("{}api/tell", page.server.url());
    let tell = || {
        let request = http::Request::post(&url).header("x-kinetrace", "1");
        let request = request.body(Full::from("kill consumer/0\n")).unwrap();
        async move {
            let response = client().request(request).await.unwrap();
            let status = response.status().as_u16();
            (status, response.into_body().collect().await.unwrap().to_bytes())
        }
    };
    let told = async { [tell().await, tell().await] };
    let (asked, told) = tokio::join!(asked, told);
    assert_eq!(told, [(200, "killed".into()), (400, "no such environment".into())]);
    drop(asked);
    assert_eq!(tell().await, (400, "the run is over".into()));
}

#[tokio::test]
async fn viewers_are_sent_what_is_new_until_the_server_stops() {
    let page = serve().await;
    let (_, document) = get(&page, "api/document").await;
    let mut viewer = Viewer::default();
    viewer.take(&document);
    let uri = format!("{}api/changes?since={}", page.server.url(), viewer.cursor);
    let request = http::Request::get(uri).body(Full::default()).unwrap();
    let response = client().request(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body();
    page.model.lock().unwrap().put(&put(2, 10), None);
    let mut text = String::new();
    while viewer.column("records", "sequence").len() < 2 {
        let frame = body.frame().await.unwrap().unwrap();
        text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        while let Some((event, rest)) = text.split_once("\n\n") {
            viewer.take(event.strip_prefix("data: ").unwrap());
            text = rest.to_owned();
        }
    }
    assert_eq!(viewer.column("records", "sequence"), ["1", "2"]);
    // Such as the verdict, right before the end.
    page.model.lock().unwrap().put(&put(3, 20), None);
    let ended = page.server.finish(Duration::from_secs(60));
    let rest = async {
        while let Some(Ok(frame)) = body.frame().await {
            text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        }
    };
    tokio::join!(ended, rest);
    text.split("\n\n").filter_map(|event| event.strip_prefix("data: ")).for_each(|event| viewer.take(event));
    assert_eq!(viewer.column("records", "sequence"), ["1", "2", "3"]);
}

#[tokio::test]
async fn a_viewer_that_reads_nothing_keeps_nobody_waiting() {
    let page = serve().await;
    let changes = |since: u64| {
        let request = http::Request::get(format!("{}api/changes?since={since}", page.server.url()));
        client().request(request.body(Full::default()).unwrap())
    };
    let idle = changes(0).await.unwrap();
    for number in 2..2_000 {
        page.model.lock().unwrap().put(&put(number, number), None);
    }
    let mut reader = changes(0).await.unwrap().into_body();
    let mut text = String::new();
    while !text.contains("\n\n") {
        text.push_str(std::str::from_utf8(reader.frame().await.unwrap().unwrap().data_ref().unwrap()).unwrap());
    }
    assert!(text.contains("\"1999\""), "the other viewer has the last record");
    drop(idle);
}

#[tokio::test]
async fn a_record_is_opened_as_inspect_opens_it() {
    let page = serve().await;
    let data = r#"{"_otel":{"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},"data":{"n": 2}}"#;
    let mut line = put(2, 10);
    line.context = None;
    page.model.lock().unwrap().put(&line, Some(&Bytes::from(data)));
    let (status, json) = get(&page, "api/record?id=1").await;
    let details: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(status, 200);
    assert_eq!(details["format"], "envelope");
    assert_eq!(details["payload_text"], r#"{"n": 2}"#);
    assert_eq!(details["what"], "json");
    assert_eq!(details["context"]["traceparent"], "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    let viewer = Viewer::open(&page.model.lock().unwrap());
    assert_eq!(viewer.column("records", "trace")[1], "4bf92f3577b34da6a3ce929d0e0e4736");
    for (path, status) in [
        ("api/record?id=9", 404),
        ("api/record?id=x", 400),
        ("api/record", 400),
        ("api/trace?id=4bf92f3577b34da6a3ce929d0e0e4736", 404),
        ("api/trace?id=4bf9", 400),
        ("api/changes", 400),
        ("api/else", 404),
    ] {
        assert_eq!(get(&page, path).await.0, status, "{path}");
    }
}

#[tokio::test]
async fn a_port_in_use_is_an_error_that_names_the_flag() {
    let page = serve().await;
    let port = page.server.url().rsplit(':').next().unwrap().trim_end_matches('/').parse().unwrap();
    let error = Server::start(port, Arc::clone(&page.model), mpsc::channel(1).0).await.unwrap_err();
    assert!(error.to_string().contains("--page-port"), "{error}");
}
