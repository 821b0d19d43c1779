//! The hosts of CloudWatch's endpoints of OTLP. Pure.

/// The services that have one, each with the signal that it takes
/// (<https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-OTLPEndpoint.html>).
const SERVICES: [(&str, &str); 3] = [("xray", "TRACES"), ("monitoring", "METRICS"), ("logs", "LOGS")];

/// The domains of AWS's partitions. The second one of each is that of endpoints with both versions of IP.
const DOMAINS: [&str; 14] = [
    "amazonaws.com",
    "api.aws",
    "amazonaws.com.cn",
    "api.amazonwebservices.com.cn",
    "amazonaws.eu",
    "api.amazonwebservices.eu",
    "c2s.ic.gov",
    "api.aws.ic.gov",
    "sc2s.sgov.gov",
    "api.aws.scloud",
    "cloud.adc-e.uk",
    "api.cloud-aws.adc-e.uk",
    "csp.hci.ic.gov",
    "api.aws.hci.ic.gov",
];

/// `xray.eu-central-1.amazonaws.com`, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CloudWatchHost {
    pub(super) service: &'static str,
    /// The one signal that it takes: `TRACES`.
    pub(super) signal: &'static str,
    is_fips: bool,
    pub(super) region: String,
    domain: &'static str,
}

impl CloudWatchHost {
    /// Also those for FIPS and for both versions of IP, and the names of a VPC's own endpoint. A host that only looks like one is
    /// none.
    pub(super) fn parse(host: &str) -> Option<Self> {
        let host = host.to_ascii_lowercase();
        let host = host.strip_suffix('.').unwrap_or(&host);
        let mut domains = DOMAINS.into_iter();
        let (before, domain) =
            domains.find_map(|domain| Some((host.strip_suffix(domain)?.strip_suffix('.')?, domain)))?;
        let (label, region) = match before.split('.').collect::<Vec<_>>()[..] {
            [label, region] => (label, region),
            [endpoint, label, region, "vpce"] if endpoint.starts_with("vpce-") => (label, region),
            _ => return None,
        };
        let (service, is_fips) = label.strip_suffix("-fips").map_or((label, false), |service| (service, true));
        let (service, signal) = SERVICES.into_iter().find(|(known, _)| *known == service)?;
        is_region(region).then(|| Self { service, signal, is_fips, region: region.to_owned(), domain })
    }

    /// The one for another signal in the same region. Of an endpoint in a VPC, which has a name of its own, it is the public one.
    pub(super) fn of_signal(&self, signal: &str) -> Option<String> {
        let (service, _) = SERVICES.into_iter().find(|(_, taken)| *taken == signal)?;
        let (fips, Self { region, domain, .. }) = (if self.is_fips { "-fips" } else { "" }, self);
        Some(format!("{service}{fips}.{region}.{domain}"))
    }
}

/// `eu-central-1`: words and a number.
fn is_region(label: &str) -> bool {
    let is_of_a_label = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    label.contains('-')
        && label.bytes().all(is_of_a_label)
        && label.starts_with(|c: char| c.is_ascii_lowercase())
        && label.ends_with(|c: char| c.is_ascii_digit())
}
