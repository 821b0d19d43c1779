//! A Lambda runtime that is driven by hand, and the HTTP client under it.

use axum::body::HttpBody as Body;
use axum::http::{HeaderMap, Request, Response, StatusCode};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

#[derive(Clone)]
pub(crate) struct Runtime {
    client: Client<HttpConnector, Full<Bytes>>,
    base: String,
    extensions: String,
}

pub(crate) struct Invocation {
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Bytes,
}

impl Invocation {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub(crate) fn request_id(&self) -> &str {
        self.header("lambda-runtime-aws-request-id")
    }
}

impl Runtime {
    pub(crate) fn new(authority: &str) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        let base = format!("http://{authority}/2018-06-01/runtime");
        Self { client, base, extensions: format!("http://{authority}/2020-01-01/extension") }
    }

    pub(crate) async fn next(&self) -> Invocation {
        let (status, headers, payload) = self.get_next().await;
        assert_eq!(status, StatusCode::OK, "{payload:?}");
        Invocation { headers, payload }
    }

    pub(crate) async fn get_next(&self) -> (StatusCode, HeaderMap, Bytes) {
        let request = Request::get(format!("{}/invocation/next", self.base)).body(Full::default());
        read(self.client.request(request.unwrap()).await.unwrap()).await
    }

    /// Registers an extension, and returns its identifier.
    pub(crate) async fn register(&self, name: &str) -> Result<String, StatusCode> {
        let (status, headers) = self.post_extension(&[("lambda-extension-name", name)], r#"{"events":[]}"#).await;
        let identifier = || headers["lambda-extension-identifier"].to_str().unwrap().to_owned();
        status.is_success().then(identifier).ok_or(status)
    }

    pub(crate) async fn post_extension(&self, headers: &[(&str, &str)], body: &'static str) -> (StatusCode, HeaderMap) {
        let (status, headers, _) = post(&self.client, &format!("{}/register", self.extensions), headers, body).await;
        (status, headers)
    }

    pub(crate) async fn extension_next(&self, identifier: &str) -> StatusCode {
        let request = Request::get(format!("{}/event/next", self.extensions));
        let request = request.header("lambda-extension-identifier", identifier).body(Full::default());
        self.client.request(request.unwrap()).await.unwrap().status()
    }

    pub(crate) async fn respond(&self, request_id: &str, body: impl Into<Bytes>) -> StatusCode {
        self.post(&format!("/invocation/{request_id}/response"), &[], body).await
    }

    pub(crate) async fn post(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> StatusCode {
        post(&self.client, &format!("{}{path}", self.base), headers, body).await.0
    }
}

pub(crate) async fn post(
    client: &Client<HttpConnector, Full<Bytes>>,
    url: &str,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> (StatusCode, HeaderMap, Bytes) {
    let request = headers.iter().fold(Request::post(url), |request, (name, value)| request.header(*name, *value));
    read(client.request(request.body(Full::new(body.into())).unwrap()).await.unwrap()).await
}

async fn read(response: Response<impl Body<Data = Bytes, Error: std::fmt::Debug>>) -> (StatusCode, HeaderMap, Bytes) {
    let (parts, body) = response.into_parts();
    (parts.status, parts.headers, body.collect().await.unwrap().to_bytes())
}
