//! Questions to a backend.

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde::de::DeserializeOwned;

/// What is at this URL, unless nobody answers, or with an error.
pub(crate) async fn get(url: &str) -> Option<Bytes> {
    let (status, body) = send(Method::GET, url, &[], Bytes::new()).await?;
    (status == 200).then_some(body)
}

/// The same, as JSON.
pub(crate) async fn get_json<T: DeserializeOwned>(url: &str) -> Option<T> {
    let body = get(url).await?;
    Some(serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{url}: {error}")))
}

/// Status and body of the answer, if there is one.
pub(crate) async fn send(method: Method, url: &str, headers: &[(&str, &str)], body: Bytes) -> Option<(u16, Bytes)> {
    let mut request = Request::builder().method(method).uri(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let client = Client::builder(TokioExecutor::new()).build_http();
    let answer = client.request(request.body(Full::new(body)).unwrap()).await.ok()?;
    let status = answer.status().as_u16();
    Some((status, answer.into_body().collect().await.ok()?.to_bytes()))
}

/// As a query of a URL has it.
pub(crate) fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
