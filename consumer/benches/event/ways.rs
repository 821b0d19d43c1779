//! Ways to read an event.

use std::collections::HashMap;

use aws_lambda_events::kinesis::KinesisEvent as AwsEvent;
use kinetrace::{Propagators, Reader};
use kinetrace_consumer::kinesis::{EventRecord, KinesisEvent};
use opentelemetry::Context;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use serde::Deserialize;
use serde_json::Value;

pub(crate) struct Way {
    pub(crate) name: &'static str,
    /// What the others are compared with, from here on.
    pub(crate) is_ours: bool,
    pub(crate) read: fn(&[u8]) -> Read,
}

/// What is made of an event. It is dropped in the same turn.
pub(crate) enum Read {
    Records(Vec<EventRecord>),
    Contexts(Vec<(bytes::Bytes, Context)>),
    Aws(AwsEvent),
    AwsContexts(Vec<(Vec<u8>, Context)>),
    Value(Value),
}

impl Read {
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Records(records) => records.len(),
            Self::Contexts(records) => records.len(),
            Self::Aws(event) => event.records.len(),
            Self::AwsContexts(records) => records.len(),
            Self::Value(event) => event["Records"].as_array().unwrap().len(),
        }
    }
}

pub(crate) const WAYS: [Way; 8] = [
    Way { name: "kinetrace", is_ours: true, read: |body| Read::Records(records(by_itself(body))) },
    Way { name: "kinetrace, by lambda_runtime", is_ours: false, read: |body| Read::Records(records(by_runtime(body))) },
    Way { name: "aws_lambda_events, by lambda_runtime", is_ours: false, read: |body| Read::Aws(by_runtime(body)) },
    Way {
        name: "the event as a Value",
        is_ours: false,
        read: |body| Read::Value(serde_json::from_slice(body).unwrap()),
    },
    Way { name: "kinetrace, and contexts", is_ours: true, read: |body| contexts(by_itself(body)) },
    Way { name: "the same by lambda_runtime", is_ours: false, read: |body| contexts(by_runtime(body)) },
    Way { name: "aws_lambda_events, and RawValue", is_ours: false, read: |body| raw_contexts(by_runtime(body)) },
    Way { name: "aws_lambda_events, and Value", is_ours: false, read: |body| value_contexts(by_runtime(body)) },
];

fn by_itself(body: &[u8]) -> KinesisEvent {
    KinesisEvent::from_slice(body).unwrap()
}

/// As `lambda_runtime` reads what a service takes.
fn by_runtime<T: for<'a> Deserialize<'a>>(body: &[u8]) -> T {
    serde_path_to_error::deserialize(&mut serde_json::Deserializer::from_slice(body)).unwrap()
}

fn records(event: KinesisEvent) -> Vec<EventRecord> {
    event.records.into_iter().map(Result::unwrap).collect()
}

fn contexts(event: KinesisEvent) -> Read {
    let (reader, propagators) = (Reader::default(), Propagators::default());
    let mut read = Vec::with_capacity(event.records.len());
    for record in records(event) {
        for extraction in reader.records(record.data, record.partition_key) {
            read.push((extraction.payload, propagators.extract(&extraction.fields)));
        }
    }
    Read::Contexts(read)
}

/// What a program does that has no library for it.
fn value_contexts(event: AwsEvent) -> Read {
    let propagator = TraceContextPropagator::new();
    let read = event.records.into_iter().map(|record| {
        let mut envelope: Value = serde_json::from_slice(&record.kinesis.data).unwrap();
        let fields: HashMap<String, String> = serde_json::from_value(envelope["_otel"].take()).unwrap();
        (serde_json::to_vec(&envelope["data"]).unwrap(), propagator.extract_with_context(&Context::new(), &fields))
    });
    Read::AwsContexts(read.collect())
}

/// What one does that looks after its speed.
fn raw_contexts(event: AwsEvent) -> Read {
    #[derive(Deserialize)]
    struct Envelope<'a> {
        #[serde(rename = "_otel")]
        fields: HashMap<String, String>,
        #[serde(borrow)]
        data: &'a serde_json::value::RawValue,
    }
    let propagator = TraceContextPropagator::new();
    let read = event.records.into_iter().map(|record| {
        let envelope: Envelope<'_> = serde_json::from_slice(&record.kinesis.data).unwrap();
        let context = propagator.extract_with_context(&Context::new(), &envelope.fields);
        (envelope.data.get().as_bytes().to_vec(), context)
    });
    Read::AwsContexts(read.collect())
}
