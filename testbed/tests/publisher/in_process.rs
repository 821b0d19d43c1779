//! A client that needs no socket, so that the clock may stand still, and what keeps it from Kinesis.

use std::io;
use std::sync::{Arc, Mutex};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::http::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::response::Response;
use tower::ServiceExt as _;

use crate::put_request::refusal;

/// What is wrong for a while.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Outage {
    /// Nobody listens.
    ConnectionRefused,
    /// Requests leave, and nothing comes back.
    NoAnswer,
    /// Every request is refused with this status and code.
    Refusal(u16, &'static str),
    NoCredentials,
    /// The source of credentials does not answer.
    CredentialsHang,
}

/// Whether there is an outage, and which.
#[derive(Debug, Clone, Default)]
pub(crate) struct Network(Arc<Mutex<Option<Outage>>>);

impl Network {
    pub(crate) fn set(&self, outage: Option<Outage>) {
        *self.0.lock().unwrap() = outage;
    }

    fn outage(&self) -> Option<Outage> {
        *self.0.lock().unwrap()
    }

    /// The client, with its requests going by here.
    pub(crate) fn connect(&self, client: &Client, service: Router) -> Client {
        let connector = SharedHttpConnector::new(InProcess { network: self.clone(), service });
        let config = client.config().to_builder().credentials_provider(Login(self.clone()));
        // Credentials that were good a moment ago must not last through the outage.
        let config = config.identity_cache(aws_sdk_kinesis::config::IdentityCache::no_cache());
        Client::from_conf(config.http_client(http_client_fn(move |_, _| connector.clone())).build())
    }
}

#[derive(Debug)]
struct Login(Network);

impl ProvideCredentials for Login {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        match self.0.outage() {
            Some(Outage::NoCredentials) => {
                future::ProvideCredentials::ready(Err(CredentialsError::not_loaded("nobody is logged in")))
            }
            Some(Outage::CredentialsHang) => future::ProvideCredentials::new(std::future::pending()),
            _ => future::ProvideCredentials::ready(Ok(Credentials::new("id", "secret", None, None, "test"))),
        }
    }
}

#[derive(Debug, Clone)]
struct InProcess {
    network: Network,
    service: Router,
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let Self { network, service } = self.clone();
        HttpConnectorFuture::new(async move {
            let outage = network.outage();
            if outage == Some(Outage::ConnectionRefused) {
                return Err(ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionRefused).into()));
            }
            let (head, body) = request.try_into_http1x().unwrap().into_parts();
            let body = to_bytes(Body::new(body), usize::MAX).await.unwrap();
            let answer = match outage {
                Some(Outage::NoAnswer) => std::future::pending().await,
                Some(Outage::Refusal(status, code)) => refusal(status, code),
                _ => service.oneshot(axum::http::Request::from_parts(head, Body::from(body))).await.unwrap(),
            };
            Ok(read(answer).await)
        })
    }
}

async fn read(answer: Response) -> HttpResponse {
    let (head, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    HttpResponse::new(StatusCode::try_from(head.status.as_u16()).unwrap(), body.into())
}
