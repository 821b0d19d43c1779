//! A function with a stream and a collector, all in this process.

use std::sync::Mutex;

use aws_smithy_types::body::SdkBody;
use kinetrace::{Carrier, Reader};
use opentelemetry_sdk::trace::{InMemorySpanExporter, Sampler, SdkTracerProvider, SpanData};
use serde_json::{Value, json};

use super::*;

/// Takes all records, and keeps their data.
#[derive(Debug, Clone, Default)]
struct Stream(Arc<Mutex<Vec<Vec<u8>>>>);

impl HttpConnector for Stream {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let (stream, body) = (self.clone(), std::mem::replace(request.body_mut(), SdkBody::taken()));
        HttpConnectorFuture::new(async move {
            let body = body.collect().await.unwrap().to_bytes();
            Ok(HttpResponse::new(200.try_into().unwrap(), stream.put(&body).into()))
        })
    }
}

impl Stream {
    fn put(&self, body: &[u8]) -> String {
        let put: Value = serde_json::from_slice(body).unwrap();
        let data = put["Records"].as_array().unwrap().iter().map(|record| record["Data"].as_str().unwrap());
        let data: Vec<_> = data.map(|base64| BASE64.decode(base64).unwrap()).collect();
        let entries = vec![r#"{"ShardId":"shard","SequenceNumber":"1"}"#; data.len()].join(",");
        self.0.lock().unwrap().extend(data);
        format!(r#"{{"FailedRecordCount":0,"Records":[{entries}]}}"#)
    }
}

impl HttpClient for Stream {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

pub(super) struct World {
    stream: Stream,
    exporter: InMemorySpanExporter,
    pub(super) function: Function,
}

pub(super) fn world(public_endpoint: bool, propagators: Propagators, sampler: Sampler) -> World {
    let (stream, exporter) = (Stream::default(), InMemorySpanExporter::default());
    let provider = SdkTracerProvider::builder().with_sampler(sampler).with_simple_exporter(exporter.clone()).build();
    let telemetry = Telemetry::new(Some(provider), propagators);
    let base = function(&OneStream::default());
    let client = base.client.config().to_builder().http_client(stream.clone()).build();
    let function = Function {
        client: Client::from_conf(client),
        tracer: telemetry.tracer(),
        telemetry,
        configuration: Configuration {
            carrier: Some(Carrier::Envelope),
            public_endpoint,
            auto_distribution: AutoDistribution::Allow,
            ..base.configuration
        },
        ..base
    };
    World { stream, exporter, function }
}

impl World {
    pub(super) async fn call(&self, events: usize, headers: &[(&str, &str)]) {
        let body: Vec<_> = (0..events).map(|n| format!(r#"{{"tailnum":{n}}}"#)).collect();
        let headers: std::collections::HashMap<_, _> = headers.iter().copied().collect();
        let event = json!({"requestContext": {}, "headers": headers, "body": body.join("\n")});
        self.invoke(&event.to_string()).await.unwrap();
    }

    /// What the function answers, or why it fails.
    pub(super) async fn invoke(&self, event: &str) -> Result<Value, Diagnostic> {
        let mut context = lambda_runtime::Context::default();
        let deadline = SystemTime::now() + Duration::from_secs(600);
        let since = deadline.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        context.deadline = u64::try_from(since.as_millis()).unwrap();
        let event = RawValue::from_string(event.to_owned()).unwrap();
        let answer = self.function.invoke(LambdaEvent::new(event, context)).await?;
        Ok(serde_json::from_str(answer.get()).unwrap())
    }

    pub(super) fn data(&self) -> Vec<Vec<u8>> {
        self.stream.0.lock().unwrap().clone()
    }

    pub(super) fn invocation(&self) -> Option<SpanData> {
        let spans = self.exporter.get_finished_spans().unwrap();
        spans.into_iter().find(|span| span.span_kind == opentelemetry::trace::SpanKind::Server)
    }

    /// Of what the first record carries.
    pub(super) fn field(&self, name: &str) -> Option<String> {
        let record = Reader::default().read(self.data().remove(0).into(), None).remove(0);
        record.fields.get(name).map(str::to_owned)
    }
}
