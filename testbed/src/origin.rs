//! Pages in a browser that send requests: those of this machine may.
//!
//! A page of any site that is visited while a server runs on this machine could send it requests otherwise.

use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, Uri};

/// Which site a browser says the page is of, as seen from what it asks: <https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header>.
const SITE: &str = "sec-fetch-site";

/// The origin of the page that sends a request, if a page does.
///
/// # Errors
///
/// It is a page of another machine.
pub(crate) fn local_origin(headers: &HeaderMap) -> Result<Option<&HeaderValue>, &HeaderValue> {
    match headers.get(ORIGIN) {
        Some(origin) if !is_loopback(origin) => Err(origin),
        origin => Ok(origin),
    }
}

/// Why a request to a server that answers GETs, too, is not one of this machine, if it is not. A page may send those without an
/// origin, as of an image, and from its own site, whose name may lead here.
pub(crate) fn foreign(request: &Request) -> Option<String> {
    let headers = request.headers();
    let origin = match local_origin(headers) {
        Ok(origin) => origin,
        Err(origin) => {
            return Some(format!("this machine's own pages alone may ask here, and not those of {origin:?}"));
        }
    };
    if origin.is_none() && headers.get(SITE).is_some_and(|site| site == "cross-site") {
        return Some(
            "a page of another site may not ask here; open the address by itself, or ask from a program".into(),
        );
    }
    let host = request.uri().host().map(str::to_owned).or_else(|| host(headers));
    host.filter(|host| !is_local_name(host))
        .map(|host| format!("this machine is asked as {host:?}, and answers to localhost and 127.0.0.1 alone"))
}

/// Without its port. What cannot be read is not a name of this machine.
fn host(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(HOST)?.to_str().unwrap_or_default();
    Some(host.parse::<axum::http::uri::Authority>().map_or_else(|_| host.to_owned(), |it| it.host().to_owned()))
}

fn is_loopback(origin: &HeaderValue) -> bool {
    let uri = origin.to_str().ok().and_then(|origin| origin.parse::<Uri>().ok());
    uri.as_ref().and_then(Uri::host).is_some_and(is_local_name)
}

fn is_local_name(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
    let host = host.to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn pages_of_this_machine_may_send_and_no_others() {
        for (origin, expected) in [
            ("http://localhost:3000", true),
            ("https://app.localhost", true),
            ("http://127.0.0.1:8080", true),
            ("http://[::1]:8080", true),
            ("http://example.com", false),
            ("http://localhost.example.com", false),
            ("http://notlocalhost", false),
            ("http://127.0.0.1.example.com", false),
            ("http://10.0.0.1", false),
            ("null", false),
            ("", false),
        ] {
            assert_eq!(is_loopback(&HeaderValue::from_static(origin)), expected, "{origin}");
        }
    }

    #[test]
    fn a_request_of_another_sites_page_is_foreign_with_or_without_its_origin() {
        for (host, origin, site, expected) in [
            ("127.0.0.1:9000", None, None, true),
            ("LOCALHOST:9000", None, Some("none"), true),
            ("[::1]:9000", None, Some("same-site"), true),
            ("app.localhost", Some("http://localhost:3000"), Some("cross-site"), true),
            ("127.0.0.1:9000", Some("http://example.com"), Some("cross-site"), false),
            ("127.0.0.1:9000", None, Some("cross-site"), false),
            ("example.com:9000", None, Some("same-origin"), false),
            ("example.com:9000", None, None, false),
            ("127.0.0.1.example.com", None, None, false),
            ("", None, None, false),
        ] {
            let mut request = Request::builder().uri("/").header(HOST, host);
            request = origin.into_iter().fold(request, |request, origin| request.header(ORIGIN, origin));
            request = site.into_iter().fold(request, |request, site| request.header(SITE, site));
            let reason = foreign(&request.body(Body::empty()).unwrap());
            assert_eq!(reason.is_none(), expected, "{host} {origin:?} {site:?}: {reason:?}");
        }
        let by_http_2 = |uri: &str| foreign(&Request::builder().uri(uri).body(Body::empty()).unwrap()).is_none();
        assert!(by_http_2("http://localhost:9000/") && !by_http_2("http://example.com:9000/"));
        assert!(by_http_2("/"), "a program of HTTP/1.0 names no host");
    }
}
