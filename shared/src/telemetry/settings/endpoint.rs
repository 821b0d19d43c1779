//! Where an exporter sends to.

use http::uri::{Authority, PathAndQuery};

/// A URL of a collector, taken apart, without the user that it may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::telemetry) struct Endpoint {
    is_https: bool,
    authority: String,
    /// As it stands there: it may be empty.
    path: String,
    query: Option<String>,
    names_user: bool,
}

impl Endpoint {
    /// Or what is wrong with it.
    pub(in crate::telemetry) fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err("it has no scheme; use http://HOST:4318 or https://HOST");
        };
        let is_https = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return Err("only http:// and https:// are built in; use http://HOST:4318 or https://HOST"),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
        let rest = rest.split('#').next().unwrap_or_default();
        if !rest.is_empty() && rest.parse::<PathAndQuery>().is_err() {
            return Err("its path or query has characters that a URL cannot have; percent-encode them");
        }
        let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
        Ok(Self {
            is_https,
            authority: host_and_port(host)?,
            path: path.to_owned(),
            query: query.map(str::to_owned),
            names_user: user.is_some(),
        })
    }

    /// A URL as people may see it: without a user, whose password may have any character in it, and without a query.
    pub(in crate::telemetry) fn without_secrets(url: &str) -> String {
        let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, _)| url.split_at(scheme.len() + 3));
        let after_user = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        format!("{scheme}{}", after_user.split(['?', '#']).next().unwrap_or_default())
    }

    pub(super) fn is_https(&self) -> bool {
        self.is_https
    }

    /// It asks for what is at the root.
    pub(super) fn is_without_path(&self) -> bool {
        self.path.trim_end_matches('/').is_empty()
    }

    /// A user is not sent: hyper does not, and the specification does not ask for it.
    pub(super) fn names_user(&self) -> bool {
        self.names_user
    }

    /// Without brackets, if it is an IPv6 address.
    pub(super) fn host(&self) -> &str {
        let host = match self.authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => &self.authority,
        };
        host.trim_start_matches('[').trim_end_matches(']')
    }

    /// The scheme's own, if it names none.
    pub(super) fn port(&self) -> u16 {
        let named = self.authority.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        named.unwrap_or(if self.is_https { 443 } else { 80 })
    }

    /// The URL of a signal below this one, as the specification has it for `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub(super) fn below(&self, path: &str) -> String {
        self.with_path(&format!("{}{path}", self.path.trim_end_matches('/')))
    }

    /// The URL itself, as the specification has it for a signal's own variable.
    pub(super) fn as_is(&self) -> String {
        self.with_path(if self.path.is_empty() { "/" } else { &self.path })
    }

    /// Whether the path of a signal is in it already, so that it would stand there twice.
    pub(super) fn ends_with_signal(&self) -> bool {
        let path = self.path.trim_end_matches('/');
        path.ends_with("/v1/traces") || path.ends_with("/v1/metrics")
    }

    fn with_path(&self, path: &str) -> String {
        let query = self.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        format!("{}{path}{query}", self.origin())
    }

    /// Scheme, host and port.
    pub(super) fn origin(&self) -> String {
        format!("{}://{}", if self.is_https { "https" } else { "http" }, self.authority)
    }
}

fn host_and_port(text: &str) -> Result<String, &'static str> {
    let authority: Authority = text.parse().map_err(|_| "it has no host, or not a valid one; use http://HOST:4318")?;
    let (host, port) = (authority.host(), authority.as_str().strip_prefix(authority.host()).unwrap_or_default());
    if host.is_empty() || host == "[]" {
        return Err("it has no host; use http://HOST:4318 or https://HOST");
    }
    match port.strip_prefix(':') {
        None if port.is_empty() => Ok(host.to_owned()),
        // The scheme's own.
        Some("") => Ok(host.to_owned()),
        Some(port) if port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok() => {
            Ok(text.to_owned())
        }
        _ => Err("its port is not a number up to 65535"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(text: &str) -> Result<(String, String), &'static str> {
        Endpoint::parse(text).map(|endpoint| (endpoint.below("/v1/traces"), endpoint.as_is()))
    }

    #[test]
    fn a_base_url_has_the_signals_path_before_its_query_and_a_signals_own_is_used_as_it_is() {
        for (text, below, as_is) in [
            ("http://c:4318", "http://c:4318/v1/traces", "http://c:4318/"),
            ("http://c:4318/", "http://c:4318/v1/traces", "http://c:4318/"),
            ("HTTPS://c/otlp//", "https://c/otlp/v1/traces", "https://c/otlp//"),
            ("http://c:4318?k=1", "http://c:4318/v1/traces?k=1", "http://c:4318/?k=1"),
            ("http://c/a?k=1/2#f", "http://c/a/v1/traces?k=1/2", "http://c/a?k=1/2"),
            ("http://u:p@c:4318/a", "http://c:4318/a/v1/traces", "http://c:4318/a"),
            ("http://[::1]:4318", "http://[::1]:4318/v1/traces", "http://[::1]:4318/"),
            ("https://c:", "https://c/v1/traces", "https://c/"),
            (" http://otel_collector:1\n", "http://otel_collector:1/v1/traces", "http://otel_collector:1/"),
        ] {
            assert_eq!(urls(text), Ok((below.to_owned(), as_is.to_owned())), "{text}");
        }
    }

    #[test]
    fn a_malformed_collector_url_is_refused_with_a_reason() {
        for (text, reason) in [
            ("nonsense", "no scheme"),
            ("collector:4318", "no scheme"),
            ("grpc://c:4317", "only http://"),
            ("http://", "no host"),
            ("http://:4318", "no host"),
            ("http:///v1/traces", "no host"),
            ("http://a b", "no host"),
            ("http://c:99999", "port"),
            ("http://c:port", "port"),
            ("http://c/a b", "path or query"),
            ("http://c/\u{7}", "path or query"),
        ] {
            let error = urls(text).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn a_url_is_shown_without_user_and_query() {
        for (url, shown) in [
            ("http://c:4318/a", "http://c:4318/a"),
            ("http://c?api_key=secret", "http://c"),
            ("http://u:secret@c/a?k=secret#secret", "http://c/a"),
            ("http://u:se?cr/e@t@c", "http://c"),
            ("u:secret@c:4318", "c:4318"),
            ("grpc://secret@c:4317", "grpc://c:4317"),
        ] {
            assert_eq!(Endpoint::without_secrets(url), shown, "{url}");
        }
    }

    #[test]
    fn host_and_port_are_known_by_themselves() {
        for (text, host, port) in [
            ("http://c:1", "c", 1),
            ("http://[::1]:1", "::1", 1),
            ("http://[::1]", "::1", 80),
            ("https://c", "c", 443),
            ("https://c:/a:1", "c", 443),
        ] {
            let endpoint = Endpoint::parse(text).unwrap();
            assert_eq!((endpoint.host(), endpoint.port()), (host, port), "{text}");
        }
    }
}
