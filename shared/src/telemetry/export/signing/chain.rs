//! Credentials as in every program with the AWS SDK: of the environment, a profile, a web identity, the container, the instance; in
//! this order.

use aws_config::Region;
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::provider::future::ProvideCredentials as Providing;
use aws_credential_types::provider::{self, ProvideCredentials};
use aws_smithy_http_client::{Builder, tls};
use tokio::sync::OnceCell;

/// The chain of the AWS SDK, made when it is asked for the first time. That is after the start of a function, to which it adds
/// nothing.
#[derive(Debug)]
pub(super) struct Provider {
    /// For those who ask AWS for credentials.
    region: String,
    chain: OnceCell<DefaultCredentialsChain>,
}

impl Provider {
    pub(super) fn new(region: &str) -> Self {
        Self { region: region.to_owned(), chain: OnceCell::new() }
    }

    async fn credentials(&self) -> provider::Result {
        self.chain.get_or_init(|| chain(self.region.clone())).await.provide_credentials().await
    }
}

impl ProvideCredentials for Provider {
    fn provide_credentials<'a>(&'a self) -> Providing<'a>
    where
        Self: 'a,
    {
        Providing::new(self.credentials())
    }
}

async fn chain(region: String) -> DefaultCredentialsChain {
    // The SDK's default client brings a second cryptography library.
    let client =
        Builder::new().tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring)).build_https();
    let configuration = ProviderConfig::without_region().with_http_client(client);
    DefaultCredentialsChain::builder().configure(configuration).region(Region::new(region)).build().await
}
