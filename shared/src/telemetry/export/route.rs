//! The way of a connection: to the endpoint itself, or to a proxy, which is asked for a tunnel where TLS goes through it.

use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use http::uri::Scheme;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::Service;

use super::super::settings::Proxy;
use super::tunnel::{ProxyError, open};

type BoxError = Box<dyn Error + Send + Sync>;

#[derive(Debug, Clone)]
pub(super) struct Route {
    tcp: HttpConnector,
    proxy: Option<Arc<Proxy>>,
}

impl Route {
    pub(super) fn new(proxy: Option<&Proxy>) -> Self {
        let mut tcp = HttpConnector::new();
        // What has another scheme than http gets its TLS above.
        tcp.enforce_http(false);
        Self { tcp, proxy: proxy.cloned().map(Arc::new) }
    }

    /// A proxy is told the whole URL of what it forwards.
    pub(super) fn forwards(&self, to: &Uri) -> bool {
        self.proxy.is_some() && to.scheme() == Some(&Scheme::HTTP)
    }
}

impl Service<Uri> for Route {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.tcp.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let Some(proxy) = self.proxy.clone() else {
            let connecting = self.tcp.call(to);
            return Box::pin(async move { Ok(connecting.await?) });
        };
        let forwards = self.forwards(&to);
        let connecting = self.tcp.call(proxy.uri.clone());
        Box::pin(async move {
            let stream = connecting.await.map_err(|error| ProxyError::Unreachable(error.into()))?;
            if forwards {
                return Ok(stream);
            }
            let mut stream = stream.into_inner();
            open(&mut stream, &to, proxy.authorization.as_ref()).await?;
            Ok(TokioIo::new(stream))
        })
    }
}
