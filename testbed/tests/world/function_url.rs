//! Functions that are called over HTTP.

use axum::http::{HeaderMap, Method, Request, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use kinetrace_testbed::environment::LogLine;
use kinetrace_testbed::function::Function;
use kinetrace_testbed::function_url::FunctionUrls;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::bootstrap::real;
use crate::log;

async fn serve() -> (FunctionUrls, Function, UnboundedReceiver<LogLine>) {
    let (sender, logs) = unbounded_channel();
    let function = Function::new(real(), sender);
    let urls = FunctionUrls::start(0, vec![("echo".to_owned(), function.clone())]).await.unwrap();
    (urls, function, logs)
}

async fn send(
    method: Method,
    url: &str,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> (StatusCode, HeaderMap, Bytes) {
    let request = Request::builder().method(method).uri(url);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let client = Client::builder(TokioExecutor::new()).build_http();
    let response = client.request(request.body(Full::new(body.into())).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    (parts.status, parts.headers, body.collect().await.unwrap().to_bytes())
}

async fn invoke(
    urls: &FunctionUrls,
    function: &str,
    invocation_type: &str,
    event: impl Into<Bytes>,
) -> (u16, HeaderMap, Bytes) {
    let url = format!("{}/2015-03-31/functions/{function}/invocations", urls.endpoint());
    let (status, headers, body) = send(Method::POST, &url, &[("X-Amz-Invocation-Type", invocation_type)], event).await;
    (status.as_u16(), headers, body)
}

#[tokio::test]
async fn a_request_to_a_functions_url_reaches_it_and_its_answer_comes_back() {
    let (urls, _function, _logs) = serve().await;
    let url = format!("{}flights/N14228?a=1", urls.url("echo"));
    let (status, headers, body) = send(Method::PUT, &url, &[("content-type", "text/plain")], "late").await;
    let event: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((status, &headers["content-type"]), (StatusCode::OK, &"application/json".parse().unwrap()));
    assert_eq!(event["requestContext"]["http"]["method"], "PUT");
    let of_request = ["rawPath", "rawQueryString", "queryStringParameters", "body"].map(|member| &event[member]);
    assert_eq!(json!(of_request), json!(["/flights/N14228", "a=1", { "a": "1" }, "late"]));
    assert_eq!(event["requestContext"]["requestId"], headers["x-amzn-requestid"].to_str().unwrap());
}

#[tokio::test]
async fn who_calls_nobody_is_told_who_is_there() {
    let (urls, _function, _logs) = serve().await;
    for path in ["/", "/lambda-url/other/", "/echo"] {
        let (status, _, body) = send(Method::GET, &format!("{}{path}", urls.endpoint()), &[], "").await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        assert!(String::from_utf8_lossy(&body).contains("/lambda-url/echo/"), "{body:?}");
    }
    let (status, headers, body) = invoke(&urls, "other", "RequestResponse", "1").await;
    assert_eq!((status, &headers["x-amzn-errortype"]), (404, &"ResourceNotFoundException".parse().unwrap()));
    assert!(String::from_utf8_lossy(&body).contains("echo"), "{body:?}");
}

#[tokio::test]
async fn an_event_of_more_than_6_mb_is_refused_also_if_only_its_base64_is_larger() {
    let (urls, _function, _logs) = serve().await;
    for (size, status) in [(1024 * 1024, 200), (5 * 1024 * 1024, 413), (7 * 1024 * 1024, 413)] {
        let (answered, _, _) = send(Method::POST, &urls.url("echo"), &[], vec![b'x'; size]).await;
        assert_eq!(answered, status, "{size}");
    }
}

#[tokio::test]
async fn the_invoke_api_answers_as_lambdas_does() {
    let (urls, _function, mut logs) = serve().await;
    let (status, headers, body) = invoke(&urls, "echo", "RequestResponse", r#""id""#).await;
    assert_eq!((status, headers.get("x-amz-function-error")), (200, None));
    assert_eq!(headers["x-amz-executed-version"], "$LATEST");
    assert_eq!(body, format!("{:?}", headers["x-amzn-requestid"].to_str().unwrap()), "one request id for both");
    let (status, headers, body) = invoke(&urls, "echo", "RequestResponse", r#""fail""#).await;
    assert_eq!((status, &headers["x-amz-function-error"]), (200, &"Unhandled".parse().unwrap()));
    let error: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(error["errorMessage"], "as asked", "{error}");
    assert_eq!(invoke(&urls, "echo", "DryRun", "5").await.0, 204);
    assert_eq!(invoke(&urls, "echo", "Event", "6").await.0, 202);
    log::wait_for(&mut logs, "got 6").await;
    let (status, headers, body) = invoke(&urls, "echo", "RequestResponse", r#""exit""#).await;
    assert_eq!((status, &headers["x-amz-function-error"]), (200, &"Unhandled".parse().unwrap()));
    assert!(String::from_utf8_lossy(&body).contains("Runtime exited with error: exit status: 3"), "{body:?}");
}

#[tokio::test]
async fn an_invocation_goes_on_when_its_caller_hangs_up() {
    let (urls, function, mut logs) = serve().await;
    tokio::select! {
        _ = invoke(&urls, "echo", "RequestResponse", r#""hang""#) => panic!("it hangs"),
        _ = log::wait_for(&mut logs, r#"got "hang""#) => {}
    }
    // The server has noticed that once another request on a new connection is answered, and has left the environment alone.
    assert_eq!(invoke(&urls, "echo", "RequestResponse", "1").await.0, 200);
    assert!(function.kill_environment(0));
}

#[tokio::test]
async fn a_page_of_another_site_invokes_no_function() {
    let (urls, _function, mut logs) = serve().await;
    let (url, api) = (urls.url("echo"), format!("{}/2015-03-31/functions/echo/invocations", urls.endpoint()));
    for headers in [[("origin", "http://example.com")], [("sec-fetch-site", "cross-site")], [("host", "example.com")]] {
        for (method, url) in [(Method::GET, &url), (Method::POST, &url), (Method::POST, &api)] {
            let (status, _, body) = send(method, url, &headers, "{}").await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{headers:?} {url}: {body:?}");
        }
    }
    assert!(logs.try_recv().is_err(), "no environment was started");
    let (status, ..) = send(Method::GET, &url, &[("origin", "http://localhost:3000")], "").await;
    assert_eq!(status, StatusCode::OK);
}
