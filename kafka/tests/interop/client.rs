//! Our side: rdkafka and krafka, traced.

use kinetrace::{Propagators, Telemetry};
use kinetrace_kafka::Propagation;
use kinetrace_testing::Recorder;
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState};
use opentelemetry::{Context, Key};
use opentelemetry_sdk::trace::SpanData;

use crate::consume::receive;
use crate::line::Line;
use crate::produce::{by_krafka, by_rdkafka, config};

#[derive(Debug, Clone, Copy)]
pub(crate) enum Client {
    Rdkafka,
    Krafka,
}

impl Client {
    /// Each record below a span in another process and in a trace of its own. As they were acknowledged, with the ids of their
    /// spans.
    pub(crate) async fn produce(self, topic: &str, records: &[Line]) -> Vec<Line> {
        let records: Vec<_> = records.iter().map(|record| (record.clone(), elsewhere())).collect();
        let sent = self.send_traced(topic, &records).await;
        for (sent, (_, parent)) in sent.iter().zip(&records) {
            assert_eq!(sent.trace_id, Some(parent.span().span_context().trace_id().to_string()));
        }
        sent
    }

    /// To the same partitions, each record below the span in which it is processed.
    pub(crate) async fn forward(self, topic: &str, count: usize, destination: &str) -> Vec<Line> {
        let propagation = Propagation::new().telemetry(&Recorder::new().telemetry());
        let received = receive(topic, None, count, |message, line| (line, propagation.process_span(message)));
        let records: Vec<_> = received.iter().map(|(line, span)| (line.clone(), span.context().clone())).collect();
        self.send_traced(destination, &records).await
    }

    /// The records as they are: where there is no span, nothing is to be done.
    pub(crate) async fn send(self, topic: &str, records: &[Line]) -> Vec<Line> {
        let records: Vec<_> = records.iter().map(|record| (record.clone(), Context::new())).collect();
        let nowhere = Telemetry::new(None, Propagators::default());
        self.send_by(&Propagation::new().telemetry(&nowhere), topic, &records).await
    }

    async fn send_traced(self, topic: &str, records: &[(Line, Context)]) -> Vec<Line> {
        let recorder = Recorder::new();
        let mut sent = self.send_by(&Propagation::new().telemetry(&recorder.telemetry()), topic, records).await;
        let spans = recorder.spans();
        for line in &mut sent {
            let span = spans.iter().find(|span| is_at(span, line)).expect("no span says that it was delivered here");
            line.trace_id = Some(span.span_context.trace_id().to_string());
            line.span_id = Some(span.span_context.span_id().to_string());
        }
        sent
    }

    async fn send_by(self, propagation: &Propagation, topic: &str, records: &[(Line, Context)]) -> Vec<Line> {
        match self {
            Self::Rdkafka => by_rdkafka(&config(), propagation, topic, records).await,
            Self::Krafka => by_krafka(propagation, topic, records).await,
        }
    }
}

fn elsewhere() -> Context {
    let (trace, span) = (TraceId::from(fastrand::u128(1..)), SpanId::from(fastrand::u64(1..)));
    let state = TraceState::from_key_value([("kinetrace", "1")]).unwrap();
    Context::new().with_remote_span_context(SpanContext::new(trace, span, TraceFlags::SAMPLED, true, state))
}

fn is_at(span: &SpanData, line: &Line) -> bool {
    let attribute = |name| span.attributes.iter().find(|it| it.key == Key::new(name)).map(|it| it.value.to_string());
    attribute("messaging.destination.partition.id") == line.partition.map(|it| it.to_string())
        && attribute("messaging.kafka.offset") == line.offset.map(|it| it.to_string())
}
