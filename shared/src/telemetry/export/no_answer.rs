//! What came in the place of an answer, as far as it has a name.

use std::error::Error;
use std::io::{self, ErrorKind};

use super::answer_limit::{Foreign, TooLarge};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// The host's name leads nowhere.
    Name,
    /// Nobody listens.
    Refused,
    /// There is no way to the host.
    Unreachable,
    /// The server's certificate is not trusted.
    Certificate,
    /// TLS was wanted, and the server speaks none.
    Plain,
    /// TLS was not wanted, and the server speaks it.
    Tls,
    /// TLS failed in another way.
    Handshake,
    /// The server speaks HTTP/2, as gRPC does.
    Http2,
    /// The connection ended.
    Closed,
    /// It has no end.
    TooLarge,
    Other,
}

impl NoAnswer {
    pub(super) fn of(error: &(dyn Error + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            if let Some(kind) = Self::of_one(error) {
                return kind;
            }
            next = error.source();
        }
        Self::Other
    }

    fn of_one(error: &(dyn Error + 'static)) -> Option<Self> {
        if let Some(error) = error.downcast_ref::<rustls::Error>() {
            return Some(match error {
                rustls::Error::InvalidCertificate(_) => Self::Certificate,
                rustls::Error::InvalidMessage(_) => Self::Plain,
                _ => Self::Handshake,
            });
        }
        if let Some(foreign) = error.downcast_ref::<Foreign>() {
            return Some(match foreign {
                Foreign::Tls => Self::Tls,
                Foreign::Http2 => Self::Http2,
            });
        }
        if error.is::<TooLarge>() {
            return Some(Self::TooLarge);
        }
        match error.downcast_ref::<io::Error>() {
            // Its own source is that of what it holds.
            Some(error) => error.get_ref().and_then(|inner| Self::of_one(inner)).or_else(|| of_kind(error.kind())),
            None => of_text(&error.to_string()),
        }
    }

    pub(super) fn way_out(self) -> &'static str {
        match self {
            Self::Name => "check the host's name, and that this network can resolve it",
            Self::Refused => {
                "nothing listens there: is the collector running, and is this its port for OTLP over HTTP (4318 by default)?"
            }
            Self::Unreachable => "there is no way there: check routes, subnets and security groups",
            Self::Certificate => {
                "only public authorities are trusted: give the collector a certificate of one, for this name, or use http:// \
                 within a network of your own"
            }
            Self::Plain => "the port does not speak TLS: use http://, or the port that does",
            Self::Tls => "the port expects TLS: use https://",
            Self::Handshake => {
                "the port may not speak TLS, or no version or cipher of this side: use http://, or another port"
            }
            Self::Http2 => {
                "that is how gRPC speaks: use the port for OTLP over HTTP (4318 by default), not that of gRPC (4317)"
            }
            Self::Closed => {
                "the collector ended the connection: it may have restarted, or the port is that of gRPC (4317), or expects https://"
            }
            Self::TooLarge => "no collector answers so much: another service may stand there",
            Self::Other => "check that a collector of OTLP over HTTP listens there (on port 4318 by default)",
        }
    }
}

fn of_kind(kind: ErrorKind) -> Option<NoAnswer> {
    match kind {
        ErrorKind::ConnectionRefused => Some(NoAnswer::Refused),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::AddrNotAvailable => {
            Some(NoAnswer::Unreachable)
        }
        ErrorKind::ConnectionReset
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof
        | ErrorKind::ConnectionAborted => Some(NoAnswer::Closed),
        _ => None,
    }
}

/// Of errors whose types are their crate's secret. `errors` in `tests/` has a server for each.
fn of_text(text: &str) -> Option<NoAnswer> {
    match text {
        "dns error" => Some(NoAnswer::Name),
        text if text.starts_with("connection closed before message completed") => Some(NoAnswer::Closed),
        _ => None,
    }
}
