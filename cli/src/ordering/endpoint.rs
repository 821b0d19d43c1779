//! The Kinesis to run against.

use aws_sdk_kinesis::Client;
use kinetrace::Causes;
use kinetrace_testbed::kinesis::{self, Kinesis};

use crate::Failure;

/// The embedded Kinesis, or another.
pub(super) struct Endpoint {
    pub(super) client: Client,
    _embedded: Option<Kinesis>,
}

impl Endpoint {
    /// Asks another Kinesis whether it is there before anything is built on it.
    pub(super) async fn connect(url: Option<&str>) -> Result<Self, Failure> {
        let Some(url) = url else {
            let embedded = Kinesis::start().await?;
            return Ok(Self { client: embedded.client(), _embedded: Some(embedded) });
        };
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err(format!("--endpoint-url {url}: begin it with http:// or https://").into());
        }
        let client = kinesis::client(url);
        let answer = client.list_streams().limit(1).send().await;
        answer.map_err(|error| format!("--endpoint-url {url}: no Kinesis answers: {}", Causes(&error)))?;
        Ok(Self { client, _embedded: None })
    }
}
