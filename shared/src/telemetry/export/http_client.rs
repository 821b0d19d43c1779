//! The HTTP client that carries spans and metrics to the collector.

use std::sync::Arc;

use http_body_util::{BodyExt as _, Full};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use opentelemetry_http::{Bytes, HttpError, Request, Response};

use super::super::settings::{Proxy, Tls};
use super::answer_limit::Limiting;
use super::route::Route;
use super::tls_config::{TlsConfig, TlsError};
use super::way::Way;

/// hyper on the thread that exports. Cloning shares its connections.
///
/// It is the stack that the Lambda runtime and the AWS SDK use already; another client would be a second one in the
/// binary. The certificates of public authorities are compiled in: reading the system's costs tens of milliseconds of
/// a cold start.
///
/// `opentelemetry-http` has such a client, too, but brings HTTP/2 with it, which nothing here speaks.
#[derive(Debug, Clone)]
pub(super) struct Client {
    http: legacy::Client<Limiting, Full<Bytes>>,
    way: Arc<Way>,
}

impl Client {
    /// And a line for each file that is of no use.
    ///
    /// # Errors
    ///
    /// There is nobody to trust.
    pub(super) fn new(tls: &Tls, proxy: Option<&Proxy>) -> Result<(Self, Vec<String>), TlsError> {
        let TlsConfig { config, authorities, identity, lines } = TlsConfig::of(tls)?;
        let connector = HttpsConnectorBuilder::new().with_tls_config(config);
        let route = Route::new(proxy);
        let connector = connector.https_or_http().enable_http1().wrap_connector(route.clone());
        let http = legacy::Client::builder(TokioExecutor::new()).build(Limiting::new(connector, route));
        let way = Way { proxy: proxy.map(ToString::to_string), authorities, identity };
        Ok((Self { http, way: Arc::new(way) }, lines))
    }

    /// Without a limit of time. What is read has one, of the connection.
    pub(super) async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (head, body) = self.http.request(request.map(Full::from)).await?.into_parts();
        Ok(Response::from_parts(head, body.collect().await?.to_bytes()))
    }

    pub(super) fn way(&self) -> Arc<Way> {
        Arc::clone(&self.way)
    }
}
