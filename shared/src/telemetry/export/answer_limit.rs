//! A limit on what a collector sends back, whatever it is, and a look at whether it is HTTP at all.
//!
//! hyper skips `100 Continue` and its like as long as more of them come, and does so in one go: a collector that sends them
//! without end would keep a worker of the runtime busy, which business code also runs on. So what a connection reads for
//! each request is counted below hyper.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tower::Service;

use super::route::Route;

/// For one request, in bytes, head and body. An answer to an export is empty, or has a sentence about what was rejected.
pub(super) const MAX_ANSWER_BYTES: usize = 1024 * 1024;

type Https = HttpsConnector<Route>;
type Stream = <Https as Service<http::Uri>>::Response;

/// Opens connections that read this much at most after each request.
#[derive(Debug, Clone)]
pub(super) struct Limiting {
    https: Https,
    route: Route,
}

impl Limiting {
    /// `route` is that of `https`.
    pub(super) fn new(https: Https, route: Route) -> Self {
        Self { https, route }
    }
}

impl Service<http::Uri> for Limiting {
    type Response = TokioIo<Limited<TokioIo<Stream>>>;
    type Error = <Https as Service<http::Uri>>::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.https.poll_ready(cx)
    }

    fn call(&mut self, uri: http::Uri) -> Self::Future {
        let is_forwarded = self.route.forwards(&uri);
        let connecting = self.https.call(uri);
        Box::pin(async move {
            let stream = TokioIo::new(connecting.await?);
            Ok(TokioIo::new(Limited { stream, is_forwarded, read: 0 }))
        })
    }
}

/// Reads until the limit, and anew after each byte that is written.
#[derive(Debug)]
pub(super) struct Limited<S> {
    stream: S,
    /// hyper names the whole URL in a request to a proxy.
    is_forwarded: bool,
    read: usize,
}

#[derive(Debug, thiserror::Error)]
#[error("the answer has more than {MAX_ANSWER_BYTES} bytes")]
pub(super) struct TooLarge;

/// What hyper could only call no HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Foreign {
    #[error("the answer is in TLS")]
    Tls,
    #[error("the answer is in HTTP/2")]
    Http2,
}

impl Foreign {
    /// By the first bytes of an answer: a record of TLS, which is an alert or a handshake, or a frame with the settings of
    /// HTTP/2, with which a server of gRPC begins.
    fn of(answer: &[u8]) -> Option<Self> {
        match answer {
            [0x15 | 0x16, 0x03, ..] => Some(Self::Tls),
            [0, 0, _, 4, ..] => Some(Self::Http2),
            _ => None,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Limited<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        let answer = &buffer.filled()[before..];
        let foreign = Foreign::of(answer).filter(|_| self.read == 0);
        self.read += answer.len();
        Poll::Ready(match foreign {
            Some(foreign) => Err(io::Error::other(foreign)),
            None if self.read > MAX_ANSWER_BYTES => Err(io::Error::other(TooLarge)),
            None => Ok(()),
        })
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Limited<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.read = 0;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.read = 0;
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

impl Connection for Limited<TokioIo<Stream>> {
    fn connected(&self) -> Connected {
        self.stream.inner().connected().proxy(self.is_forwarded)
    }
}

#[cfg(test)]
mod tests;
