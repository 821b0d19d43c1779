//! SDK clients: of the embedded Kinesis, or of any other.

use std::env;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::{BehaviorVersion, Config, Credentials, Region};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};

pub(super) const DEFAULT_REGION: &str = "us-east-1";

/// A client of the Kinesis at `endpoint_url`, with the credentials and the region of the `AWS_*` environment variables.
///
/// Made-up ones stand in for those that are missing: emulators do not look at them.
pub fn client(endpoint_url: &str) -> Client {
    build(endpoint_url, Identity::from_variables(|name| env::var(name).ok()))
}

/// A client that sends no real credentials.
pub(super) fn embedded(endpoint_url: &str) -> Client {
    build(endpoint_url, Identity::from_variables(|_| None))
}

fn build(endpoint_url: &str, Identity { credentials, region }: Identity) -> Client {
    let roots = if endpoint_url.starts_with("https:") { TrustStore::default() } else { TrustStore::empty() };
    let http = Builder::new().tls_provider(Provider::rustls(CryptoMode::Ring));
    let http = match TlsContext::builder().with_trust_store(roots).build() {
        Ok(context) => http.tls_context(context),
        Err(_) => http,
    };
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint_url)
        .credentials_provider(credentials)
        .region(region)
        .http_client(http.build_https());
    Client::from_conf(config.build())
}

struct Identity {
    credentials: Credentials,
    region: Region,
}

impl Identity {
    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Self {
        let variable = |name| variable(name).filter(|value| !value.is_empty());
        let credentials = match (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY")) {
            (Some(id), Some(secret)) => {
                Credentials::new(id, secret, variable("AWS_SESSION_TOKEN"), None, "environment")
            }
            _ => Credentials::new("testbed", "testbed", None, None, "testbed"),
        };
        let region = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
        Self { credentials, region: Region::new(region.unwrap_or_else(|| DEFAULT_REGION.to_owned())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(variables: &[(&str, &str)]) -> Identity {
        Identity::from_variables(|name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn half_a_key_pair_is_never_sent() {
        let Identity { credentials, region } = identity(&[("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_REGION", "")]);
        assert_eq!((credentials.access_key_id(), region.as_ref()), ("testbed", "us-east-1"));
    }

    #[test]
    fn a_whole_key_pair_goes_with_its_session_token() {
        let Identity { credentials, region } = identity(&[
            ("AWS_ACCESS_KEY_ID", "AKIA"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_SESSION_TOKEN", "token"),
            ("AWS_DEFAULT_REGION", "eu-central-1"),
        ]);
        assert_eq!((credentials.access_key_id(), credentials.session_token()), ("AKIA", Some("token")));
        assert_eq!(region.as_ref(), "eu-central-1");
    }
}
