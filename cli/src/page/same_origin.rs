//! Who may ask: the page itself, and programs on this machine. Another site's page in the same browser may not, neither by a
//! name that leads here (DNS rebinding) nor by a request across sites.

use axum::http::HeaderMap;

/// With this header a command is given. Across sites, browsers send it only where they are allowed to, and they are not.
pub(super) const COMMAND_HEADER: &str = "x-kinetrace";

/// Whether the server on this port may answer a request.
pub(super) fn is_ours(headers: &HeaderMap, port: u16) -> bool {
    // What is not text is nobody's.
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let is_host = |host: &str| ["127.0.0.1", "localhost"].iter().any(|own| is_at(host, own, port));
    let is_origin = |origin: &str| origin.strip_prefix("http://").is_some_and(is_host);
    // `none`: the user has typed the address.
    let is_site = |site: &str| matches!(site, "same-origin" | "none");
    text("host").is_some_and(is_host)
        && text("origin").is_none_or(is_origin)
        && text("sec-fetch-site").is_none_or(is_site)
}

fn is_at(host: &str, name: &str, port: u16) -> bool {
    let rest = host.strip_prefix(name);
    rest.is_some_and(|rest| rest.strip_prefix(':') == Some(&port.to_string()) || (rest.is_empty() && port == 80))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_page_itself_and_programs_on_this_machine_are_answered() {
        let table: [(&[(&str, &str)], bool); 12] = [
            (&[("host", "127.0.0.1:8877")], true),
            (&[("host", "localhost:8877")], true),
            (&[("host", "localhost:8877"), ("origin", "http://localhost:8877")], true),
            (&[("host", "127.0.0.1:8877"), ("sec-fetch-site", "same-origin")], true),
            (&[("host", "127.0.0.1:8877"), ("sec-fetch-site", "none")], true),
            (&[], false),
            (&[("host", "attacker.example:8877")], false),
            (&[("host", "127.0.0.1.attacker.example:8877")], false),
            (&[("host", "127.0.0.1:8878")], false),
            (&[("host", "127.0.0.1:8877"), ("origin", "http://attacker.example")], false),
            (&[("host", "127.0.0.1:8877"), ("origin", "null")], false),
            (&[("host", "127.0.0.1:8877"), ("sec-fetch-site", "cross-site")], false),
        ];
        for (pairs, expected) in table {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            assert_eq!(is_ours(&headers, 8877), expected, "{pairs:?}");
        }
    }
}
