//! Credentials of the environment, and those that a container's endpoint gives: what a function has, without the AWS SDK, whose chain
//! would make it a third larger.

use std::time::SystemTime;
use std::{env, fs};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::future::ProvideCredentials as Providing;
use aws_credential_types::provider::{self, ProvideCredentials};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Uri};
use opentelemetry_http::{Bytes, HttpError, Request, Response};
use serde::Deserialize;

use super::super::http_client::Client;
use super::environment::{Pass, Source};
use crate::telemetry::settings::Tls;

/// As the endpoints of ECS and EKS answer.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Given {
    access_key_id: String,
    secret_access_key: String,
    token: Option<String>,
    expiration: Option<String>,
}

/// Asks anew each time.
#[derive(Debug)]
pub(super) struct Provider;

impl Provider {
    pub(super) fn new(_region: &str) -> Self {
        Self
    }
}

impl ProvideCredentials for Provider {
    fn provide_credentials<'a>(&'a self) -> Providing<'a>
    where
        Self: 'a,
    {
        Providing::new(credentials())
    }
}

async fn credentials() -> provider::Result {
    match Source::of(|name| env::var(name).ok()).map_err(CredentialsError::not_loaded)? {
        Source::Keys(credentials) => Ok(credentials),
        Source::Container(uri, pass) => {
            let request = request(&uri, pass).map_err(CredentialsError::invalid_configuration)?;
            let answer = ask(request).await.map_err(CredentialsError::provider_error)?;
            read(&answer).map_err(|reason| CredentialsError::provider_error(format!("{uri} {reason}")))
        }
    }
}

fn request(uri: &Uri, pass: Option<Pass>) -> Result<Request<Bytes>, String> {
    let token = match pass {
        Some(Pass::File(path)) => {
            Some(fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?)
        }
        Some(Pass::Token(token)) => Some(token),
        None => None,
    };
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = uri.clone();
    if let Some(token) = token {
        let is_unfit = |_| "the token for the container's endpoint is not the value of a header".to_owned();
        let mut value = HeaderValue::from_str(token.trim()).map_err(is_unfit)?;
        value.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, value);
    }
    Ok(request)
}

/// Without a limit of time: the one who waits has one. No proxy is asked: the endpoint is on the machine, or next to it.
async fn ask(request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
    let (client, _) = Client::new(&Tls::default(), None)?;
    client.send(request).await
}

/// Nothing of what it answers is told: it may be secret.
fn read(answer: &Response<Bytes>) -> Result<Credentials, String> {
    if !answer.status().is_success() {
        return Err(format!("answered {}", answer.status()));
    }
    let given: Given = serde_json::from_slice(answer.body()).map_err(|error| {
        format!("answered what has no credentials in it, at line {} column {}", error.line(), error.column())
    })?;
    let expiry = given.expiration.as_deref().map(|time| {
        let time = DateTime::from_str(time, Format::DateTimeWithOffset).ok();
        time.and_then(|time| SystemTime::try_from(time).ok()).ok_or("answered a time of expiry that is none")
    });
    let expiry = expiry.transpose()?;
    Ok(Credentials::new(given.access_key_id, given.secret_access_key, given.token, expiry, "container"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn answer(status: u16, body: &'static str) -> Response<Bytes> {
        Response::builder().status(status).body(Bytes::from_static(body.as_bytes())).unwrap()
    }

    #[test]
    fn what_a_container_is_given_expires_when_it_says() {
        let body = r#"{"AccessKeyId":"A","SecretAccessKey":"s","Token":"t","Expiration":"2026-01-01T00:00:00Z","RoleArn":"r"}"#;
        let credentials = read(&answer(200, body)).unwrap();
        assert_eq!((credentials.access_key_id(), credentials.session_token()), ("A", Some("t")));
        assert_eq!(credentials.expiry(), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600)));
        let credentials = read(&answer(200, r#"{"AccessKeyId":"A","SecretAccessKey":"s"}"#)).unwrap();
        assert_eq!((credentials.session_token(), credentials.expiry()), (None, None));
    }

    #[test]
    fn an_answer_without_credentials_is_not_quoted() {
        for (status, body, told) in [
            (401, r#"{"code":"s3cr3t"}"#, "answered 401"),
            (200, "s3cr3t", "no credentials in it"),
            (200, r#"{"AccessKeyId":"s3cr3t"}"#, "no credentials in it"),
            (200, r#"{"AccessKeyId":"A","SecretAccessKey":"s3cr3t","Expiration":"soon"}"#, "that is none"),
        ] {
            let error = read(&answer(status, body)).unwrap_err();
            assert!(error.contains(told) && !error.contains("s3cr3t"), "{error}");
        }
    }

    #[test]
    fn a_token_of_a_file_is_read_when_it_is_shown() {
        let uri = Uri::from_static("http://127.0.0.1/c");
        let token = |pass| request(&uri, pass).map(|request| request.headers().get(AUTHORIZATION).cloned());
        assert_eq!(token(None), Ok(None));
        assert_eq!(token(Some(Pass::Token("t".to_owned()))), Ok(Some(HeaderValue::from_static("t"))));
        assert!(token(Some(Pass::File("/no/such/file".into()))).unwrap_err().starts_with("/no/such/file: "));
        assert!(token(Some(Pass::Token("a\nb".to_owned()))).is_err());
    }
}
