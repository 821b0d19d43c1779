//! Who may put, so that what is in the streams can be processed to its end.

use std::collections::HashSet;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use tokio::sync::RwLock;

use super::put_request::{PutRequest, Refusal};

/// Lets everyone put unless it is closed. Clones share whether it is.
#[derive(Debug, Clone, Default)]
pub struct Admission(Arc<RwLock<Option<HashSet<String>>>>);

impl Admission {
    /// The service with the admission in front of it.
    pub fn wrap(&self, service: Router) -> Router {
        service.layer(from_fn_with_state(self.clone(), pass))
    }

    /// From now on, lets everyone put.
    pub async fn open(&self) {
        *self.0.write().await = None;
    }

    /// From now on, refuses the puts of all clients but those with these access keys, with
    /// `ProvisionedThroughputExceededException`, after which clients try again later. Returns once the puts that were in flight
    /// are answered.
    pub async fn close_to_all_but(&self, access_keys: HashSet<String>) {
        *self.0.write().await = Some(access_keys);
    }
}

async fn pass(State(admission): State<Admission>, request: Request, next: Next) -> Response {
    if !PutRequest::is(&request) {
        return next.run(request).await;
    }
    let admitted = admission.0.read().await;
    let Some(access_keys) = &*admitted else { return next.run(request).await };
    match PutRequest::read(request, next).await {
        Ok(put) if access_keys.contains(&put.access_key()) => put.forward().await,
        Ok(put) => refuse(put).await,
        Err(answer) => answer,
    }
}

async fn refuse(put: PutRequest) -> Response {
    let message = "The stream takes no records now: the run begins, or is at its end.".to_owned();
    let refusal = Refusal { code: "ProvisionedThroughputExceededException", message };
    match put.batch().len() {
        0 => put.refuse(StatusCode::BAD_REQUEST, &refusal),
        entries => put.forward_without(&vec![Some(refusal); entries]).await,
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_kinesis::Client;
    use aws_sdk_kinesis::config::retry::RetryConfig;
    use aws_sdk_kinesis::primitives::Blob;
    use aws_sdk_kinesis::types::PutRecordsRequestEntry;

    use super::*;
    use crate::kinesis::{Kinesis, create_stream};

    /// Whether a PutRecord was taken, and how many records of a PutRecords.
    async fn put(kinesis: &Kinesis) -> (bool, i32) {
        let config = kinesis.client().config().to_builder().retry_config(RetryConfig::disabled()).build();
        let (client, entry) = (Client::from_conf(config), PutRecordsRequestEntry::builder());
        let one = client.put_record().stream_name("s").partition_key("k").data(Blob::new("1")).send().await;
        let entry = entry.partition_key("k").data(Blob::new("2")).build().unwrap();
        let batch = client.put_records().stream_name("s").records(entry.clone()).records(entry).send().await.unwrap();
        (one.is_ok(), 2 - batch.failed_record_count().unwrap_or_default())
    }

    #[tokio::test]
    async fn who_is_not_admitted_any_more_is_refused_and_who_is_goes_on() {
        let admission = Admission::default();
        let kinesis = Kinesis::start_on(0, |service| admission.wrap(service)).await.unwrap();
        create_stream(&kinesis.client(), "s", 1).await.unwrap();
        assert_eq!(put(&kinesis).await, (true, 2));
        admission.close_to_all_but(["testbed".to_owned()].into()).await;
        assert_eq!(put(&kinesis).await, (true, 2));
        admission.close_to_all_but(["other".to_owned()].into()).await;
        assert_eq!(put(&kinesis).await, (false, 0));
        admission.open().await;
        assert_eq!(put(&kinesis).await, (true, 2));
    }
}
