//! Whether anything listens where spans are to go: better asked before a run than missed after it.

use std::io;
use std::time::Duration;

use axum::http::Uri;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::forward::Destination;

const CONNECT_LIMIT: Duration = Duration::from_secs(3);

/// Nothing takes spans at a destination.
#[derive(Debug, thiserror::Error)]
#[error("nothing listens at {destination}: start a collector there, or correct or unset {variable}")]
pub struct Unreachable {
    /// Its URL, without user and query.
    pub destination: String,
    /// The variable that names it.
    pub variable: &'static str,
    /// Why.
    #[source]
    pub source: io::Error,
}

impl Destination {
    /// Connects and hangs up.
    ///
    /// # Errors
    ///
    /// Nothing answers within three seconds.
    pub async fn check(&self) -> Result<(), Unreachable> {
        let connected = match timeout(CONNECT_LIMIT, connect(&self.url)).await {
            Ok(connected) => connected,
            Err(elapsed) => Err(elapsed.into()),
        };
        connected.map_err(|source| Unreachable { destination: self.to_string(), variable: self.variable, source })
    }
}

async fn connect(url: &Uri) -> io::Result<()> {
    let (host, port) = address(url);
    TcpStream::connect((host, port)).await.map(drop)
}

fn address(url: &Uri) -> (&str, u16) {
    let default_port = if url.scheme_str() == Some("https") { 443 } else { 80 };
    // An IPv6 address has brackets in a URL, and has none on a socket.
    (url.host().unwrap_or_default().trim_matches(['[', ']']), url.port_u16().unwrap_or(default_port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_that_of_a_url_with_or_without_a_port() {
        for (url, expected) in [
            ("http://localhost:4318/v1/traces", ("localhost", 4318)),
            ("https://otel.example/", ("otel.example", 443)),
            ("http://user:secret@otel.example/", ("otel.example", 80)),
            ("http://[::1]:4318", ("::1", 4318)),
        ] {
            assert_eq!(address(&url.parse().unwrap()), expected, "{url}");
        }
    }
}
