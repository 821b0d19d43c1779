//! A limit on what a collector sends back, whatever it is, and a look at whether it is HTTP at all.
//!
//! hyper skips `100 Continue` and its like as long as more of them come, and does so in one go: a collector that sends them
//! without end would keep a worker of the runtime busy, which business code also runs on. So what a connection reads for
//! each request is counted below hyper.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tower::Service;

/// For one request, in bytes, head and body. An answer to an export is empty, or has a sentence about what was rejected.
pub(super) const MAX_ANSWER_BYTES: usize = 1024 * 1024;

type Https = HttpsConnector<HttpConnector>;
type Stream = <Https as Service<http::Uri>>::Response;

/// Opens connections that read this much at most after each request.
#[derive(Debug, Clone)]
pub(super) struct Limiting(pub(super) Https);

impl Service<http::Uri> for Limiting {
    type Response = TokioIo<Limited<TokioIo<Stream>>>;
    type Error = <Https as Service<http::Uri>>::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, uri: http::Uri) -> Self::Future {
        let connecting = self.0.call(uri);
        Box::pin(async move { Ok(TokioIo::new(Limited { stream: TokioIo::new(connecting.await?), read: 0 })) })
    }
}

/// Reads until the limit, and anew after each byte that is written.
#[derive(Debug)]
pub(super) struct Limited<S> {
    stream: S,
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
        self.stream.inner().connected()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use opentelemetry_http::{Bytes, Request};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

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
            let client = Client::new().unwrap();
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
        let client = Client::new().unwrap();
        for _ in 0..3 {
            let request = Request::post(&url).body(Bytes::from_static(b"spans")).unwrap();
            assert_eq!(client.send(request).await.unwrap().body().len(), MAX_ANSWER_BYTES - 1000);
        }
        server.await.unwrap();
    }
}
