//! TLS as the settings have it: whom it trusts, and what it shows of itself.

use std::sync::Arc;

use hyper_rustls::ConfigBuilderExt as _;
use rustls::crypto::CryptoProvider;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, Error, RootCertStore};

use super::super::settings::{Identity, Tls};
use super::certificates::{certificates, key};

/// What there is of [`Tls`].
#[derive(Debug)]
pub(super) struct TlsConfig {
    pub(super) config: ClientConfig,
    /// Which variables name those it trusts, if they are not those that are compiled in.
    pub(super) authorities: Option<String>,
    /// Which variable names the certificate that it shows.
    pub(super) identity: Option<String>,
    /// For each file that is of no use. Telemetry goes on without it.
    pub(super) lines: Vec<String>,
}

/// Why nothing can be sent.
#[derive(Debug, thiserror::Error)]
pub(in crate::telemetry) enum TlsError {
    /// The provider of TLS has no version of the protocol that rustls takes for safe. This one has.
    #[error("there is no TLS for it: {0}")]
    Provider(#[from] Error),
    /// Who pins an authority wants no other one to be trusted.
    #[error("{0}")]
    Nobody(String),
}

impl TlsConfig {
    /// # Errors
    ///
    /// There is nobody to trust.
    pub(super) fn of(tls: &Tls) -> Result<Self, TlsError> {
        let mut lines = Vec::new();
        // Named, for rustls would pick one for the whole process, and panics where another crate brings a second one, as the
        // AWS SDK does by default.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let certified = tls.identity.as_ref().map(|identity| certified(identity, &provider));
        let certified = certified.transpose().map_err(|line| lines.push(line)).ok().flatten();
        let identity = tls.identity.as_ref().filter(|_| certified.is_some());
        let identity = identity.map(|identity| identity.certificate.variable.clone());

        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let (roots, authorities) = roots(tls, &mut lines)?.unzip();
        let builder = match roots {
            Some(roots) => builder.with_root_certificates(roots),
            None => builder.with_webpki_roots(),
        };
        let config = match certified {
            Some(certified) => builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(certified))),
            None => builder.with_no_client_auth(),
        };
        Ok(Self { config, authorities, identity, lines })
    }
}

/// The certificates of all that can be read, and the variables that name them; `None` if the public authorities are trusted.
fn roots(tls: &Tls, lines: &mut Vec<String>) -> Result<Option<(RootCertStore, String)>, TlsError> {
    let (mut roots, mut variables) = (RootCertStore::empty(), Vec::new());
    for pem in &tls.authorities {
        let added = certificates(pem).and_then(|certificates| match roots.add_parsable_certificates(certificates) {
            (0, _) => Err("none of its certificates can be parsed".to_owned()),
            (added, _) => Ok(added),
        });
        match added {
            Ok(_) => variables.push(pem.variable.as_str()),
            Err(reason) if tls.is_pinned => return Err(TlsError::Nobody(pem.names_nobody(&reason))),
            Err(reason) => lines.push(pem.no_effect(&reason)),
        }
    }
    Ok((!variables.is_empty()).then(|| (roots, variables.join(" and "))))
}

/// Or the line that says why there is none.
fn certified(identity: &Identity, provider: &CryptoProvider) -> Result<CertifiedKey, String> {
    let chain = certificates(&identity.certificate).map_err(|reason| identity.certificate.no_effect(&reason))?;
    let key = key(&identity.key).map_err(|reason| identity.no_effect_of_key(&reason))?;
    CertifiedKey::from_der(chain, key, provider).map_err(|error| match error {
        Error::InconsistentKeys(_) => identity.no_effect_of_key(&format!(
            "it is not the key of the first certificate of {}",
            identity.certificate.variable
        )),
        Error::InvalidCertificate(_) => identity.certificate.no_effect(&error.to_string()),
        // It says nothing of the key itself.
        _ => identity.no_effect_of_key(&format!("the file's key cannot be used: {error}")),
    })
}
