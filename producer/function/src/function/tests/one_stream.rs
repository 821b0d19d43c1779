//! Kinesis, in this process.

use super::*;

/// Kinesis, as far as an invocation needs it.
#[derive(Debug, Clone, Default)]
pub(super) struct OneStream {
    /// How often it was asked how it distributes records. After the second time it is set right.
    pub(super) asked: Arc<AtomicUsize>,
    /// Puts have no answer.
    pub(super) hangs: bool,
    /// Puts of a record with this payload are invalid, by themselves and with others.
    pub(super) refuses: Option<&'static str>,
    /// How many puts there were, and how many are in flight.
    pub(super) puts: Arc<AtomicUsize>,
    pub(super) under_way: Arc<AtomicUsize>,
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
            _ => return HttpConnectorFuture::new(self.clone().put(request)),
        };
        HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().unwrap(), body.into())))
    }
}

impl OneStream {
    async fn put(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        self.puts.fetch_add(1, Ordering::Relaxed);
        self.under_way.fetch_add(1, Ordering::Relaxed);
        let _under_way = UnderWay(Arc::clone(&self.under_way));
        let body = request.into_body().collect().await.unwrap().to_bytes();
        if self.hangs {
            // It is on its way, and nobody knows how far it got.
            std::future::pending::<()>().await;
        }
        let put: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let records = put["Records"].as_array().unwrap();
        let refuses = self.refuses.map(|payload| BASE64.encode(payload));
        if refuses.is_some_and(|payload| records.iter().any(|record| record["Data"] == *payload)) {
            let body = r#"{"__type":"ValidationException","message":"no"}"#;
            return Ok(HttpResponse::new(400.try_into().unwrap(), body.into()));
        }
        let entries = vec![r#"{"ShardId":"shard","SequenceNumber":"1"}"#; records.len()].join(",");
        let body = format!(r#"{{"FailedRecordCount":0,"Records":[{entries}]}}"#);
        Ok(HttpResponse::new(200.try_into().unwrap(), body.into()))
    }
}

/// Until its answer comes, or nobody waits for it any more.
struct UnderWay(Arc<AtomicUsize>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl HttpClient for OneStream {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}
