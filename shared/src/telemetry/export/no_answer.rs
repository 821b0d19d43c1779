//! What came in the place of an answer, as far as it has a name.

use std::borrow::Cow;
use std::error::Error;
use std::io::{self, ErrorKind};

use http::StatusCode;
use rustls::AlertDescription;

use super::answer_limit::{Foreign, TooLarge};
use super::tunnel::ProxyError;
use super::way::Way;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// The host's name leads nowhere.
    Name,
    /// Nobody listens.
    Refused,
    /// There is no way to the host.
    Unreachable,
    /// The proxy cannot be reached, or is none.
    Proxy,
    /// The proxy wants a user, or another one.
    ProxyUser,
    /// The proxy does not connect to the collector.
    ProxyRefused,
    /// The server's certificate is not trusted.
    Certificate,
    /// The server wants a certificate of this side, or another one.
    ClientCertificate,
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
                rustls::Error::AlertReceived(alert) if is_of_client_certificate(*alert) => Self::ClientCertificate,
                _ => Self::Handshake,
            });
        }
        if let Some(error) = error.downcast_ref::<ProxyError>() {
            return Some(match error {
                ProxyError::Refused { status: StatusCode::PROXY_AUTHENTICATION_REQUIRED, .. } => Self::ProxyUser,
                ProxyError::Refused { .. } => Self::ProxyRefused,
                ProxyError::Unreachable(_) | ProxyError::Closed(_) | ProxyError::Foreign => Self::Proxy,
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

    pub(super) fn way_out(self, way: &Way) -> Cow<'static, str> {
        match (self, &way.authorities, &way.identity) {
            (Self::Certificate, Some(variables), _) => Cow::Owned(format!(
                "the certificates of {variables} are trusted, and no others: that of the authority of the collector's must be among \
                 them, and the collector's must be for this name"
            )),
            (Self::ClientCertificate, _, Some(variable)) => Cow::Owned(format!(
                "the collector, or what stands before it, does not take the certificate of {variable}"
            )),
            _ => Cow::Borrowed(self.usual_way_out()),
        }
    }

    fn usual_way_out(self) -> &'static str {
        match self {
            Self::Name => "check the host's name, and that this network can resolve it",
            Self::Refused => {
                "nothing listens there: is the collector running, and is this its port for OTLP over HTTP (4318 by default)?"
            }
            Self::Unreachable => "there is no way there: check routes, subnets and security groups",
            Self::Certificate => {
                "only public authorities are trusted: name the file of another one in OTEL_EXPORTER_OTLP_CERTIFICATE; and the \
                 collector's certificate must be for this name"
            }
            Self::ClientCertificate => {
                "the collector, or what stands before it, wants a certificate of this side: set \
                 OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY"
            }
            Self::Proxy => {
                "check the proxy's URL and that this network has a way there; NO_PROXY names hosts that are reached without one"
            }
            Self::ProxyUser => {
                "the proxy wants a user and a password, or others: write them into its URL, as in http://USER:PASSWORD@HOST:PORT"
            }
            Self::ProxyRefused => {
                "let the proxy connect to that host and port, or except the host by NO_PROXY if there is another way to it"
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

/// What servers answer to a certificate that is missing, or that they do not take.
fn is_of_client_certificate(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
    )
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
