//! A Kinesis that answers at once, in this process: what remains is what a client costs by itself.

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::http::{HttpRequest, HttpResponse};
use aws_sdk_kinesis::config::interceptors::{
    BeforeSerializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
};
use aws_sdk_kinesis::config::{
    BehaviorVersion, Config, ConfigBag, Credentials, Intercept, Region, RuntimeComponents, SharedInterceptor,
};
use aws_sdk_kinesis::error::BoxError;
use aws_sdk_kinesis::operation::put_records::PutRecordsInput;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::config_bag::{Storable, StoreReplace};

/// One entry of an answer, of usual length.
const STORED: &str =
    r#"{"SequenceNumber":"49590338271490256608559692538361571095921575989136588898","ShardId":"shardId-000000000000"}"#;

/// How many records a request has. The answer needs no more of it.
const COUNT: &str = "x-count";

/// A client whose `PutRecords` are answered at once: all is stored.
pub(crate) fn client() -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new("id", "secret", None, None, "made up"))
        .http_client(http_client_fn(|_, _| SharedHttpConnector::new(Answers)))
        .interceptor(SharedInterceptor::permanent(Counts));
    Client::from_conf(config.build())
}

#[derive(Debug)]
struct Answers;

impl HttpConnector for Answers {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let count = request.headers().get(COUNT).and_then(|count| count.parse().ok()).unwrap_or(0);
        let records = vec![STORED; count].join(",");
        let body = format!(r#"{{"FailedRecordCount":0,"Records":[{records}]}}"#);
        let status = StatusCode::try_from(200).map_err(|error| ConnectorError::other(error.into(), None));
        HttpConnectorFuture::ready(status.map(|status| HttpResponse::new(status, body.into())))
    }
}

/// Says how many records a request has.
#[derive(Debug)]
struct Counts;

#[derive(Debug)]
struct Count(usize);

impl Storable for Count {
    type Storer = StoreReplace<Self>;
}

impl Intercept for Counts {
    fn name(&self) -> &'static str {
        "Counts"
    }

    fn read_before_serialization(
        &self,
        context: &BeforeSerializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(input) = context.input().downcast_ref::<PutRecordsInput>() {
            bag.interceptor_state().store_put(Count(input.records().len()));
        }
        Ok(())
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(Count(count)) = bag.load::<Count>() {
            context.request_mut().headers_mut().insert(COUNT, count.to_string());
        }
        Ok(())
    }
}
