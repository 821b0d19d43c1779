//! Whose certificates are trusted, and which one is shown. Pure: only the client opens the files that are named here.

use std::fmt;

use super::endpoint::Endpoint;
use super::names::Names;
use super::reading::{Reading, shown};

/// For an endpoint with `https://`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::telemetry) struct Tls {
    /// Where the authorities are that are trusted in the place of those that are compiled in.
    pub(in crate::telemetry) authorities: Vec<PemPath>,
    /// They were chosen for this collector, so that nobody else is trusted if they cannot be read. What OpenSSL's variables name is
    /// for all programs of an image, and may not be there.
    pub(in crate::telemetry) is_pinned: bool,
    /// What the collector is shown of this side.
    pub(in crate::telemetry) identity: Option<Identity>,
}

/// A path, and the variable that names it.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::telemetry) struct PemPath {
    pub(in crate::telemetry) variable: String,
    pub(in crate::telemetry) path: String,
    /// Directories, with colons between them.
    pub(in crate::telemetry) is_directories: bool,
}

impl PemPath {
    /// The line that says why its file is of no use.
    pub(in crate::telemetry) fn no_effect(&self, reason: &str) -> String {
        format!("{self:?} has no effect: {reason}")
    }

    /// Why nobody is trusted.
    pub(in crate::telemetry) fn names_nobody(&self, reason: &str) -> String {
        format!("{self:?} names nobody to trust: {reason}")
    }
}

impl fmt::Debug for PemPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.variable, shown(&self.path))
    }
}

/// A certificate with its chain, and its key.
#[derive(Clone, PartialEq, Eq)]
pub(in crate::telemetry) struct Identity {
    pub(in crate::telemetry) certificate: PemPath,
    /// Its path is never shown: it may be the key itself, in the place of its file.
    pub(in crate::telemetry) key: PemPath,
}

impl Identity {
    /// The line that says why the key is of no use.
    pub(in crate::telemetry) fn no_effect_of_key(&self, reason: &str) -> String {
        no_effect_of_key(&self.key.variable, reason)
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("certificate", &self.certificate).finish_non_exhaustive()
    }
}

const CERTIFICATE: &str = "CERTIFICATE";
const CLIENT_CERTIFICATE: &str = "CLIENT_CERTIFICATE";
const CLIENT_KEY: &str = "CLIENT_KEY";

impl Tls {
    /// `endpoint` is the whole URL.
    pub(super) fn read(reading: &mut Reading<'_>, names: Names, endpoint: &str) -> Self {
        if !is_https(endpoint) {
            return Self::default();
        }
        let pinned = first(reading, names, CERTIFICATE);
        let is_pinned = pinned.is_some();
        let authorities = pinned.map_or_else(|| of_openssl(reading), |own| vec![own]);
        Self { authorities, is_pinned, identity: identity(reading, names) }
    }
}

/// Where OpenTelemetry's variables name none. The AWS SDK reads them as well.
fn of_openssl(reading: &Reading<'_>) -> Vec<PemPath> {
    let of_openssl = [("SSL_CERT_FILE", false), ("SSL_CERT_DIR", true)].into_iter();
    of_openssl.filter_map(|(name, is_directories)| pem_path(reading, name, is_directories)).collect()
}

fn identity(reading: &mut Reading<'_>, names: Names) -> Option<Identity> {
    let [certificate_is, key_is] = [CLIENT_CERTIFICATE, CLIENT_KEY].map(|what| first(reading, names, what));
    match (certificate_is, key_is) {
        (Some(certificate), Some(key)) => return Some(Identity { certificate, key }),
        (Some(alone), None) => {
            let [_, missing] = names.variables(CLIENT_KEY);
            reading.tell(alone.no_effect(&format!("{missing} is not set, which it needs")));
        }
        (None, Some(alone)) => {
            let [_, missing] = names.variables(CLIENT_CERTIFICATE);
            reading.tell(no_effect_of_key(&alone.variable, &format!("{missing} is not set, which it needs")));
        }
        (None, None) => {}
    }
    None
}

fn first(reading: &Reading<'_>, names: Names, what: &str) -> Option<PemPath> {
    names.variables(what).iter().find_map(|name| pem_path(reading, name, false))
}

fn pem_path(reading: &Reading<'_>, name: &str, is_directories: bool) -> Option<PemPath> {
    let path = reading.get(name)?.to_owned();
    Some(PemPath { variable: name.to_owned(), path, is_directories })
}

fn no_effect_of_key(variable: &str, reason: &str) -> String {
    format!("{variable} (its value is not shown) has no effect: {reason}")
}

/// `signals` are those that are exported, with their endpoints.
pub(super) fn warn_of_settings_without_effect(reading: &mut Reading<'_>, signals: &[(Names, &str)]) {
    const REASON: &str = "the endpoint is not https://";
    let has_https = signals.iter().any(|(_, endpoint)| is_https(endpoint));
    for what in [CERTIFICATE, CLIENT_CERTIFICATE, CLIENT_KEY] {
        for (names, endpoint) in signals {
            let [own, general] = names.variables(what);
            let unused = [(own, is_https(endpoint)), (general, has_https)];
            for (name, _) in unused.into_iter().filter(|(_, is_used)| !is_used) {
                match reading.get(&name) {
                    Some(_) if what == CLIENT_KEY => reading.tell(no_effect_of_key(&name, REASON)),
                    Some(value) => reading.no_effect(&name, value, REASON),
                    None => {}
                }
            }
        }
    }
    // A function's AWS SDK, which is the one for Rust, does not read it either.
    let is_function = reading.get("AWS_LAMBDA_FUNCTION_NAME").is_some() && !signals.is_empty();
    if let Some(value) = reading.get("AWS_CA_BUNDLE").filter(|_| is_function || has_https) {
        reading.no_effect("AWS_CA_BUNDLE", value, "use SSL_CERT_FILE, which the AWS SDK for Rust reads, too");
    }
}

fn is_https(endpoint: &str) -> bool {
    Endpoint::parse(endpoint).is_ok_and(|endpoint| endpoint.is_https())
}

#[cfg(test)]
mod tests;
