//! `krafka`, the client in Rust alone: the only file that knows it.

use ::krafka::Headers;
use ::krafka::error::KrafkaError;
use ::krafka::interceptor::{InterceptorResult, ProducerInterceptor, RecordContext};
use ::krafka::producer::{Record, RecordMetadata};
use bytes::Bytes;
use kinetrace::__private::contained;
use kinetrace::kafka::HeaderList;
use opentelemetry::Context;

use crate::failure::Failure;
use crate::outgoing::Outgoing;
use crate::propagation::Propagation;
use crate::send_span::SendSpan;

/// krafka's own list, which it has for records in both directions.
#[derive(Debug)]
struct List(Headers);

impl HeaderList for List {
    fn iter(&self) -> impl Iterator<Item = (&str, Option<&[u8]>)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_deref()))
    }

    fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.0.retain(|(name, _)| keep(name));
    }

    fn push(&mut self, name: &str, value: &[u8]) {
        self.0.push((name.to_owned(), Some(Bytes::copy_from_slice(value))));
    }
}

/// As an interceptor of a producer of krafka: a span `send <topic>` for each record, which lasts until the acknowledgement, and its
/// context in the record's headers.
///
/// ```no_run
/// use kinetrace_kafka::Propagation;
/// use krafka::prelude::*;
///
/// # async fn example() -> krafka::Result<()> {
/// let kafka = Kafka::builder("kafka:9092").connect().await?;
/// let producer = kafka.producer().interceptor(Propagation::new()).build().await?; // this line
/// let delivery = producer.send(Record::new("flights", "{}").key("N14228")).await?;
/// println!("{} of partition {}", delivery.offset, delivery.partition);
/// # Ok(())
/// # }
/// ```
///
/// The span is below the one that is current where the record is sent. Interceptors that come later see the record with its
/// context.
impl ProducerInterceptor for Propagation {
    fn on_send(&self, record: &mut Record, state: &mut RecordContext) -> InterceptorResult {
        let outgoing = Outgoing { topic: &record.topic, key: record.key.as_deref(), payload: record.value.as_deref() };
        // krafka does not send a record whose interceptor panics.
        let begun = contained(|| {
            let mut span = SendSpan::start(&Context::current(), outgoing, self);
            let headers = span.inject(outgoing, self, || List(record.headers.clone()));
            (span, headers)
        });
        if let Some((span, headers)) = begun {
            state.insert(span);
            if let Some(List(headers)) = headers {
                record.headers = headers;
            }
        }
        Ok(())
    }

    fn on_acknowledgement(
        &self,
        _: &str,
        _: i32,
        result: Result<&RecordMetadata, &KrafkaError>,
        _: &Headers,
        state: &mut RecordContext,
    ) -> InterceptorResult {
        let Some(span) = state.take::<SendSpan>() else { return Ok(()) };
        match result {
            Ok(metadata) => span.deliver(metadata.partition, metadata.offset),
            Err(error) => span.fail(&Failure::new(kind(error), error)),
        }
        Ok(())
    }
}

/// `error.type`: the name of a broker's code, or of the kind of error.
fn kind(error: &KrafkaError) -> String {
    if let KrafkaError::Broker { code, .. } = error {
        return format!("{code:?}");
    }
    let debug = format!("{error:?}");
    debug.chars().take_while(char::is_ascii_alphanumeric).collect()
}
