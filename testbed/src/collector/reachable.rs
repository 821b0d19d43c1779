//! Whether anything listens where spans are to go: better asked before a run than missed after it.

use std::io;
use std::time::Duration;

use axum::http::Uri;
use tokio::net::TcpStream;
use tokio::time::timeout;

const CONNECT_LIMIT: Duration = Duration::from_secs(3);

/// Nothing takes spans at an endpoint.
#[derive(Debug, thiserror::Error)]
#[error(
    "nothing listens at {endpoint}: start a collector there, or correct or unset OTEL_EXPORTER_OTLP_ENDPOINT \
     (a base URL such as http://localhost:4318)"
)]
pub struct Unreachable {
    /// As it was given.
    pub endpoint: String,
    /// Why.
    #[source]
    pub source: io::Error,
}

/// Connects to the endpoint (a base URL, as in `OTEL_EXPORTER_OTLP_ENDPOINT`) and hangs up.
pub async fn check(endpoint: &str) -> Result<(), Unreachable> {
    let connected = match timeout(CONNECT_LIMIT, connect(endpoint)).await {
        Ok(connected) => connected,
        Err(elapsed) => Err(elapsed.into()),
    };
    connected.map_err(|source| Unreachable { endpoint: endpoint.to_owned(), source })
}

async fn connect(endpoint: &str) -> io::Result<()> {
    let (host, port) = address(endpoint)?;
    TcpStream::connect((host.as_str(), port)).await.map(drop)
}

fn address(endpoint: &str) -> io::Result<(String, u16)> {
    let invalid = |text: &str| io::Error::new(io::ErrorKind::InvalidInput, text.to_owned());
    let uri: Uri = endpoint.parse().map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    let default_port = match uri.scheme_str() {
        Some("http") => 80,
        Some("https") => 443,
        _ => return Err(invalid("the URL starts with neither http:// nor https://")),
    };
    let host = uri.host().ok_or_else(|| invalid("the URL names no host"))?;
    // An IPv6 address has brackets in a URL, and has none on a socket.
    Ok((host.trim_matches(['[', ']']).to_owned(), uri.port_u16().unwrap_or(default_port)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_a_url_with_or_without_a_port() {
        let table = [
            ("http://localhost:4318", Some(("localhost", 4318))),
            ("https://otel.example/", Some(("otel.example", 443))),
            ("http://[::1]:4318", Some(("::1", 4318))),
            ("localhost:4318", None),
            ("", None),
        ];
        for (endpoint, expected) in table {
            let expected = expected.map(|(host, port)| (host.to_owned(), port));
            assert_eq!(address(endpoint).ok(), expected, "{endpoint:?}");
        }
    }
}
