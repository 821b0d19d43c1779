//! Which hosts are reached without a proxy. Pure.

use std::net::IpAddr;

/// The entries of a list such as `NO_PROXY`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Exceptions(Vec<Exception>);

#[derive(Debug, PartialEq, Eq)]
struct Exception {
    hosts: Hosts,
    /// Any, if there is none.
    port: Option<u16>,
}

#[derive(Debug, PartialEq, Eq)]
enum Hosts {
    All,
    /// And what is below it.
    Domain(String),
    /// Whose first bits are those of the address.
    Network(IpAddr, u32),
}

impl Exceptions {
    /// And the entries that are none. As with curl and Go: names with or without a dot before them, addresses, networks, `*`,
    /// and each of the first two with a port, if need be.
    pub(super) fn parse(list: &str) -> (Self, Vec<&str>) {
        let entries = list.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty());
        let (mut exceptions, mut malformed) = (Vec::new(), Vec::new());
        for entry in entries {
            match Exception::parse(entry) {
                Some(exception) => exceptions.push(exception),
                None => malformed.push(entry),
            }
        }
        (Self(exceptions), malformed)
    }

    /// `host` has no brackets.
    pub(super) fn cover(&self, host: &str, port: u16) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        self.0.iter().any(|exception| exception.port.is_none_or(|its| its == port) && exception.hosts.contain(&host))
    }
}

impl Exception {
    fn parse(entry: &str) -> Option<Self> {
        if let Some(hosts) = Hosts::of_addresses(entry) {
            return Some(Self { hosts, port: None });
        }
        let (host, port) = match entry.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (entry, None),
        };
        let hosts = Hosts::of_addresses(host).or_else(|| Hosts::of_names(host))?;
        Some(Self { hosts, port })
    }
}

impl Hosts {
    fn of_addresses(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().ok()?)),
            None => (text, None),
        };
        let address = address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(address);
        let address: IpAddr = address.parse().ok()?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(all);
        // Hosts are compared in their canonical form: an IPv4 address as such, not within IPv6.
        let (address, mapped) = match address.to_canonical() {
            canonical if canonical.is_ipv4() && address.is_ipv6() && bits >= MAPPED => (canonical, MAPPED),
            _ => (address, 0),
        };
        (bits <= all).then_some(Self::Network(address, bits - mapped))
    }

    fn of_names(text: &str) -> Option<Self> {
        if text == "*" {
            return Some(Self::All);
        }
        let domain = text.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(text);
        let domain = domain.trim_start_matches('.').trim_end_matches('.').to_ascii_lowercase();
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') || !c.is_ascii();
        let is_domain = !domain.is_empty() && domain.chars().all(is_of_name);
        is_domain.then_some(Self::Domain(domain))
    }

    fn contain(&self, host: &str) -> bool {
        match self {
            Self::All => true,
            Self::Domain(domain) => {
                host.strip_suffix(domain.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
            }
            Self::Network(network, bits) => host.parse().is_ok_and(|host| is_within(host, *network, *bits)),
        }
    }
}

/// So many bits of an IPv6 address say that an IPv4 address follows.
const MAPPED: u32 = 96;

fn is_within(host: IpAddr, network: IpAddr, bits: u32) -> bool {
    match (host.to_canonical(), network) {
        (IpAddr::V4(host), IpAddr::V4(network)) => {
            (host.to_bits() ^ network.to_bits()).checked_shr(32 - bits).unwrap_or(0) == 0
        }
        (IpAddr::V6(host), IpAddr::V6(network)) => {
            (host.to_bits() ^ network.to_bits()).checked_shr(128 - bits).unwrap_or(0) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_covers_what_curl_and_go_reach_without_a_proxy() {
        for (list, covered, not_covered) in [
            ("", "", "c 10.0.0.1"),
            ("*", "c 10.0.0.1 fd00::1", ""),
            ("example.com", "example.com EXAMPLE.COM a.example.com example.com.", "notexample.com example.org"),
            (".example.com", "example.com a.b.example.com", "notexample.com"),
            ("*.Example.com.", "example.com a.example.com", "notexample.com"),
            ("a.b, c.d\te.f,,", "a.b c.d x.e.f", "a c"),
            ("10.1.2.3", "10.1.2.3", "10.1.2.30 110.1.2.3 c10.1.2.3"),
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.1 fd00::1 ten.0.0.1"),
            ("10.1.2.129/25", "10.1.2.128 10.1.2.255", "10.1.2.127"),
            ("0.0.0.0/0", "10.1.2.3", "fd00::1 c"),
            ("10.1.2.3/32", "10.1.2.3", "10.1.2.2"),
            ("fd00::/8", "fd00::1 fdff::", "fe00::1 10.0.0.1"),
            ("::1", "::1", "::2"),
            ("::ffff:10.0.0.0/104", "10.1.2.3 ::ffff:10.1.2.3", "11.0.0.1 ::10.1.2.3"),
            ("::ffff:10.1.2.3", "10.1.2.3", "10.1.2.4"),
            ("::ffff:0:0/96", "10.1.2.3", "fd00::1"),
            ("[fd00::1]", "fd00::1", "fd00::2"),
        ] {
            let (exceptions, malformed) = Exceptions::parse(list);
            assert!(malformed.is_empty(), "{list}: {malformed:?}");
            for (hosts, is_covered) in [(covered, true), (not_covered, false)] {
                for host in hosts.split_whitespace() {
                    assert_eq!(exceptions.cover(host, 4318), is_covered, "{list}: {host}");
                }
            }
        }
    }

    #[test]
    fn an_exception_with_a_port_covers_no_other() {
        for (list, host) in
            [("c:4318", "a.c"), ("10.0.0.1:4318", "10.0.0.1"), ("[fd00::1]:4318", "fd00::1"), ("*:4318", "c")]
        {
            let (exceptions, malformed) = Exceptions::parse(list);
            assert!(malformed.is_empty(), "{list}: {malformed:?}");
            assert!(exceptions.cover(host, 4318) && !exceptions.cover(host, 443), "{list}");
        }
    }

    #[test]
    fn an_entry_that_covers_nothing_is_not_understood() {
        for entry in [
            "10.*",
            "a.*.b",
            "10.0.0.0/33",
            "10.0.0.0/x",
            "fd00::/129",
            "http://c",
            "c:port",
            "c:99999",
            ".",
            "d;e",
            "d|e",
            "\"d\"",
        ] {
            let list = format!("c,{entry}");
            let (exceptions, malformed) = Exceptions::parse(&list);
            assert_eq!(malformed, [entry]);
            assert!(exceptions.cover("c", 1), "the others count");
        }
    }
}
