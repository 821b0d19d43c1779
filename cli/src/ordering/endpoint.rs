//! The Kinesis to run against.

use std::sync::Arc;

use aws_sdk_kinesis::Client;
use kinetrace::__private::Causes;
use kinetrace_testbed::kinesis::faults::{Faults, Level};
use kinetrace_testbed::kinesis::{self, Kinesis};

use super::arguments::Arguments;
use crate::outcome::Failure;

/// The embedded Kinesis, or another.
pub(super) enum Endpoint {
    Embedded { faults: Option<Level>, seed: u64 },
    Other(Client),
}

/// A Kinesis for one run.
pub(super) struct Opened {
    pub(super) client: Client,
    pub(super) faults: Option<Faults>,
    /// The embedded one, if it is.
    pub(super) embedded: Option<Arc<Kinesis>>,
}

impl Endpoint {
    /// Asks another Kinesis whether it is there before anything is built on it.
    pub(super) async fn connect(arguments: &Arguments) -> Result<Self, Failure> {
        let faults = arguments.faults.level();
        let Some(url) = arguments.endpoint_url.as_deref() else {
            return Ok(Self::Embedded { faults, seed: arguments.seed });
        };
        if faults.is_some() {
            let level = arguments.faults.name(false);
            let why = "faults are done to puts before the embedded Kinesis, so leave out one of the two";
            return Err(format!("--endpoint-url {url} with --faults {level}: {why}").into());
        }
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Err(format!("--endpoint-url {url}: begin it with http:// or https://").into());
        }
        let client = kinesis::client(url);
        let answer = client.list_streams().limit(1).send().await;
        answer.map_err(|error| format!("--endpoint-url {url}: no Kinesis answers: {}", Causes(&error)))?;
        Ok(Self::Other(client))
    }

    /// A fresh one if it is embedded, so that the faults of a run do not hang on the runs before it.
    pub(super) async fn open(&self) -> Result<Opened, Failure> {
        let (faults, embedded) = match self {
            Self::Other(client) => return Ok(Opened { client: client.clone(), faults: None, embedded: None }),
            Self::Embedded { faults: None, .. } => (None, Kinesis::start().await?),
            Self::Embedded { faults: Some(level), seed } => {
                let faults = Faults::seeded(*seed, *level);
                (Some(faults.clone()), Kinesis::start_behind(|service| faults.wrap(service)).await?)
            }
        };
        Ok(Opened { client: embedded.client(), faults, embedded: Some(Arc::new(embedded)) })
    }
}
