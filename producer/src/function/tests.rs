mod caller;

use std::sync::atomic::AtomicUsize;

use aws_sdk_kinesis::config::http::{HttpRequest, HttpResponse};
use aws_sdk_kinesis::config::{BehaviorVersion, Credentials, Region, RuntimeComponents};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use kinetrace::Propagators;

use super::*;
use crate::delivery::Reason;

/// Kinesis, as far as one record an invocation needs it.
#[derive(Debug, Clone, Default)]
struct OneStream {
    /// How often it was asked how it distributes records. After the second time it is set right.
    asked: Arc<AtomicUsize>,
}

impl HttpConnector for OneStream {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let body = match request.headers().get("x-amz-target").unwrap_or_default() {
            "Kinesis_20131202.DescribeStreamSummary" => {
                let asked = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
                let strategy = if asked <= 2 { "AUTO" } else { "USER_PARTITION_KEY" };
                format!(
                    r#"{{"StreamDescriptionSummary":{{"StreamName":"flights","StreamARN":"arn","StreamStatus":"ACTIVE",
                    "RetentionPeriodHours":24,"StreamCreationTimestamp":0,"EnhancedMonitoring":[],"OpenShardCount":1,
                    "RecordDistributionStrategy":"{strategy}"}}}}"#
                )
            }
            _ => r#"{"FailedRecordCount":0,"Records":[{"ShardId":"shard","SequenceNumber":"1"}]}"#.to_owned(),
        };
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().unwrap(), body.into())))
    }
}

impl HttpClient for OneStream {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

fn function(stream: &OneStream) -> Function {
    let config = aws_sdk_kinesis::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new("id", "secret", None, None, "made up"))
        .http_client(stream.clone())
        .build();
    let configuration = Configuration {
        stream: "flights".to_owned(),
        group_field: "tailnum".to_owned(),
        carrier: None,
        max_record_bytes: kinetrace::DEFAULT_MAX_RECORD_BYTES,
        auto_distribution: AutoDistribution::Refuse,
        key_names: kinetrace::KeyNames::default(),
        public_endpoint: false,
    };
    let telemetry = Telemetry::new(None, Propagators::default());
    Function {
        client: Client::from_conf(config),
        configuration,
        tracer: telemetry.tracer(),
        telemetry,
        warm: AtomicBool::new(false),
        has_published: AtomicBool::new(false),
    }
}

/// One invocation with one record.
async fn publish(function: &Function) -> Result<Ack, Box<SendError>> {
    let deadline = SystemTime::now() + Duration::from_secs(60);
    function.publish(vec![Record::new("N14228", "{}")], deadline).await.remove(0)
}

#[tokio::test]
async fn an_environment_asks_the_stream_in_each_invocation_until_it_has_published() {
    let stream = OneStream::default();
    let function = function(&stream);
    for _ in 0..2 {
        let error = publish(&function).await.unwrap_err();
        assert!(matches!(error.reason, Reason::Stopped(_)), "{error}");
    }
    for _ in 0..3 {
        publish(&function).await.unwrap();
    }
    assert_eq!(stream.asked.load(Ordering::Relaxed), 3);
}
