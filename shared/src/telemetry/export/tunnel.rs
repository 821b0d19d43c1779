//! A proxy is asked for a tunnel: `CONNECT`, by RFC 9110, section 9.3.6.
//!
//! hyper-util has this, too, but keeps to itself with which status a proxy refuses; that is what people have to know.

use std::error::Error;
use std::io;

use http::{HeaderValue, StatusCode, Uri};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// The head of an answer has a few lines.
const MAX_HEAD: usize = 8 * 1024;
/// The port of `https`.
const HTTPS: u16 = 443;

/// There is no way through the proxy, which lines name as well.
#[derive(Debug, thiserror::Error)]
pub(super) enum ProxyError {
    #[error("the proxy cannot be reached")]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
    #[error("the proxy answered {status} to CONNECT {target}")]
    Refused { status: StatusCode, target: String },
    #[error("the proxy ended the connection")]
    Closed(#[source] Option<io::Error>),
    #[error("the proxy's answer to CONNECT is not one of HTTP/1.1")]
    Foreign,
}

/// Afterwards, what is written to the stream goes to the host of this URL.
pub(super) async fn open<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut S,
    to: &Uri,
    authorization: Option<&HeaderValue>,
) -> Result<(), ProxyError> {
    let target = format!("{}:{}", to.host().unwrap_or_default(), to.port_u16().unwrap_or(HTTPS));
    stream.write_all(&request(&target, authorization)).await.map_err(|error| ProxyError::Closed(Some(error)))?;
    let head = head(stream).await?;
    match status(&head).ok_or(ProxyError::Foreign)? {
        status if status.is_success() => Ok(()),
        status => Err(ProxyError::Refused { status, target }),
    }
}

fn request(target: &str, authorization: Option<&HeaderValue>) -> Vec<u8> {
    let mut request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n").into_bytes();
    if let Some(authorization) = authorization {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(authorization.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    request
}

/// Until the empty line. Nothing of the tunnel follows it, because a server of TLS does not speak first.
async fn head<S: AsyncRead + Unpin>(stream: &mut S) -> Result<Vec<u8>, ProxyError> {
    let mut head = Vec::with_capacity(512);
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        if head.len() >= MAX_HEAD {
            return Err(ProxyError::Foreign);
        }
        match stream.read_buf(&mut head).await {
            Ok(0) if head.is_empty() => return Err(ProxyError::Closed(None)),
            Ok(0) => return Err(ProxyError::Foreign),
            Ok(_) => {}
            Err(error) => return Err(ProxyError::Closed(Some(error))),
        }
    }
    Ok(head)
}

fn status(head: &[u8]) -> Option<StatusCode> {
    let line = head.split(|byte| *byte == b'\r').next()?;
    let mut words = line.split(|byte| *byte == b' ');
    words.next().filter(|version| version.starts_with(b"HTTP/1."))?;
    StatusCode::from_bytes(words.next()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the proxy is sent, and whether there is a tunnel after this answer.
    async fn asked(url: &str, authorization: Option<&'static str>, answer: &[u8]) -> (String, Result<(), String>) {
        let (mut here, mut there) = tokio::io::duplex(64 * 1024);
        there.write_all(answer).await.unwrap();
        there.shutdown().await.unwrap();
        let authorization = authorization.map(HeaderValue::from_static);
        let opened = open(&mut here, &url.parse().unwrap(), authorization.as_ref()).await;
        drop(here);
        let mut request = String::new();
        there.read_to_string(&mut request).await.unwrap();
        (request, opened.map_err(|error| error.to_string()))
    }

    #[tokio::test]
    async fn a_tunnel_is_asked_for_by_host_and_port_with_a_user_if_there_is_one() {
        for (url, authorization, request) in [
            ("https://c/v1/traces?k=1", None, "CONNECT c:443 HTTP/1.1\r\nHost: c:443\r\n\r\n"),
            (
                "https://[fd00::1]:4318/",
                Some("Basic dTpw"),
                "CONNECT [fd00::1]:4318 HTTP/1.1\r\nHost: [fd00::1]:4318\r\nProxy-Authorization: Basic dTpw\r\n\r\n",
            ),
        ] {
            let (asked, opened) = asked(url, authorization, b"HTTP/1.1 200 Connection established\r\n\r\n").await;
            assert_eq!((asked.as_str(), opened), (request, Ok(())));
        }
    }

    #[tokio::test]
    async fn a_proxy_that_opens_no_tunnel_is_told_with_its_status() {
        let long = format!("HTTP/1.1 200 OK\r\nx: {}", "y".repeat(2 * MAX_HEAD));
        let foreign = Err("the proxy's answer to CONNECT is not one of HTTP/1.1");
        for (answer, expected) in [
            ("HTTP/1.0 200 OK\r\nvia: x\r\n\r\n", Ok(())),
            ("HTTP/1.1 204 No Content\r\n\r\n", Ok(())),
            ("HTTP/1.1 407 x\r\n\r\n", Err("the proxy answered 407 Proxy Authentication Required to CONNECT c:443")),
            ("HTTP/1.1 403\r\n\r\n<html>", Err("the proxy answered 403 Forbidden to CONNECT c:443")),
            ("", Err("the proxy ended the connection")),
            ("HTTP/1.1 200 OK\r\n", foreign),
            ("SSH-2.0-OpenSSH_9.2\r\n\r\n", foreign),
            ("HTTP/1.1 many\r\n\r\n", foreign),
            ("HTTP/2 200\r\n\r\n", foreign),
            (&long, foreign),
        ] {
            let (_, opened) = asked("https://c", None, answer.as_bytes()).await;
            assert_eq!(opened, expected.map_err(str::to_owned), "{answer}");
        }
    }
}
