//! Who publishes.

use std::str::FromStr;

use aws_sdk_kinesis::Client;

use crate::Failure;
use crate::load::Load;
use crate::tracing::Tracing;
use crate::{ordered, publishing, put_records};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Publisher {
    /// What the others are compared with.
    PutRecords,
    Ordered,
    OrderedAggregated,
}

impl Publisher {
    pub(crate) const ALL: [Publisher; 3] = [Publisher::PutRecords, Publisher::Ordered, Publisher::OrderedAggregated];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Publisher::PutRecords => "put-records",
            Publisher::Ordered => "ordered",
            Publisher::OrderedAggregated => "ordered-aggregated",
        }
    }

    /// Returns when all of the load is acknowledged.
    pub(crate) async fn publish(
        self,
        client: &Client,
        stream: &str,
        load: Load,
        tracing: &Tracing,
    ) -> Result<(), Failure> {
        let builder = || ordered::builder(client, stream, tracing);
        match self {
            Publisher::PutRecords => put_records::publish(client, stream, load, tracing).await,
            Publisher::Ordered => publishing::publish(builder().build(), load.records()).await,
            Publisher::OrderedAggregated => {
                publishing::publish(builder().aggregation(true).build(), load.records()).await
            }
        }
    }
}

impl FromStr for Publisher {
    type Err = Failure;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let publisher = Self::ALL.into_iter().find(|publisher| publisher.name() == name);
        publisher.ok_or_else(|| format!("no publisher is called {name:?}").into())
    }
}
