//! What stands between a program and its collector. Pure.

use std::fmt;
use std::net::IpAddr;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderValue, Uri};

use super::endpoint::Endpoint;
use super::no_proxy::Exceptions;
use super::percent;
use super::reading::{Reading, is_pem, shown};

/// A proxy that speaks HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::telemetry) struct Proxy {
    variable: &'static str,
    /// Without a user.
    pub(in crate::telemetry) uri: Uri,
    /// `Proxy-Authorization`.
    pub(in crate::telemetry) authorization: Option<HeaderValue>,
}

/// As lines name it.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let authority = self.uri.authority().map_or("", http::uri::Authority::as_str);
        write!(f, "the proxy http://{authority} ({})", self.variable)
    }
}

impl Proxy {
    /// `endpoint` is the whole URL.
    pub(super) fn read(reading: &mut Reading<'_>, endpoint: &str) -> Option<Self> {
        let endpoint = Endpoint::parse(endpoint).ok()?;
        let (variable, value) = variable(reading, endpoint.is_https())?;
        // As curl and Go have it: no proxy is asked for what is on the same machine, or has an exception.
        if is_local(endpoint.host()) || is_excepted(reading, &endpoint) {
            return None;
        }
        match parse(value) {
            Ok((uri, authorization)) => Some(Self { variable, uri, authorization }),
            Err(reason) => {
                let value = shown(&Endpoint::without_secrets(value));
                let host = endpoint.host();
                reading.tell(format!(
                    "{variable}={value} has no effect: {reason}. What is for {host} is sent there directly"
                ));
                None
            }
        }
    }
}

fn variable<'a>(reading: &mut Reading<'a>, is_https: bool) -> Option<(&'static str, &'a str)> {
    let own = if is_https { ["HTTPS_PROXY", "https_proxy"] } else { [HTTP_PROXY, "http_proxy"] };
    for name in own.into_iter().chain(["ALL_PROXY", "all_proxy"]) {
        match reading.get(name) {
            Some(value) if name == HTTP_PROXY && reading.get("REQUEST_METHOD").is_some() => {
                reading.no_effect(name, &Endpoint::without_secrets(value), IS_CGI);
            }
            Some(value) => return Some((name, value)),
            None => {}
        }
    }
    None
}

const HTTP_PROXY: &str = "HTTP_PROXY";
/// See <https://httpoxy.org>.
const IS_CGI: &str =
    "REQUEST_METHOD is set, and in a program of CGI it would be a header of the request. Use http_proxy";

fn is_excepted(reading: &mut Reading<'_>, endpoint: &Endpoint) -> bool {
    let Some((name, list)) = ["NO_PROXY", "no_proxy"].into_iter().find_map(|name| Some((name, reading.get(name)?)))
    else {
        return false;
    };
    let (exceptions, malformed) = Exceptions::parse(list);
    if !malformed.is_empty() {
        // A list is taken apart, and a key must not be.
        let entries = if is_pem(list) { shown(list) } else { shown(&malformed.join(",")) };
        reading.tell(format!(
            "{name}: {entries} has no effect: use a host, a domain, an address, a network such as 10.0.0.0/8, or *"
        ));
    }
    exceptions.cover(endpoint.host(), endpoint.port())
}

fn is_local(host: &str) -> bool {
    let is_loopback = host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback());
    is_loopback || host.eq_ignore_ascii_case("localhost") || host.to_ascii_lowercase().ends_with(".localhost")
}

/// A proxy's URL, which need not have a scheme, without the user that it names; or what is wrong with it.
fn parse(text: &str) -> Result<(Uri, Option<HeaderValue>), &'static str> {
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    if !scheme.eq_ignore_ascii_case("http") {
        return Err("only proxies with http:// are built in, to which an https:// endpoint goes by CONNECT");
    }
    let endpoint = Endpoint::parse(&format!("http://{rest}")).map_err(|_| NOT_A_URL)?;
    let uri = endpoint.origin().parse().map_err(|_| NOT_A_URL)?;
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    // A password with a slash would be taken for a path, and the user for the host, which lines name.
    if path.contains('@') {
        return Err(NOT_A_URL);
    }
    let authorization = match authority.rsplit_once('@') {
        Some((user, _)) => Some(basic(user).ok_or(NOT_A_USER)?),
        None => None,
    };
    Ok((uri, authorization))
}

const NOT_A_URL: &str = "it is not the URL of a proxy; use http://HOST:PORT, and percent-encode user and password";
const NOT_A_USER: &str = "its user and password have a % that encodes nothing; percent-encode it as %25";

fn basic(user: &str) -> Option<HeaderValue> {
    let (name, password) = user.split_once(':').unwrap_or((user, ""));
    let mut plain = percent::decode(name)?;
    plain.push(b':');
    plain.extend(percent::decode(password)?);
    let mut value = HeaderValue::from_str(&format!("Basic {}", BASE64_STANDARD.encode(plain))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests;
