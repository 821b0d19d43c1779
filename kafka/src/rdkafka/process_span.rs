//! The span of one record that was received, for programs with a loop of their own.

use std::fmt;
use std::mem;
use std::sync::Arc;

use ::rdkafka::Message;
use ::rdkafka::message::Headers as _;
use kinetrace::__private::semantic_conventions::{self as names, Destination, Operation, kafka_position};
use kinetrace::__private::{contained, stand_in};
use kinetrace::Fields;
use kinetrace::kafka::{HeaderContext, HeaderReader};
use opentelemetry::trace::{Link, SpanContext, SpanKind, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue};

use crate::failure::Failure;
use crate::propagation::Propagation;

/// The span `process <topic>` of a record. It ends when this is dropped.
#[derive(Debug)]
#[must_use = "the span ends when this is dropped"]
pub struct ProcessSpan {
    context: Context,
    is_open: bool,
}

impl Propagation {
    /// Begins the span of a record that was received: a child of the span that its headers name, or linked to it
    /// ([`link_to_producers`](Self::link_to_producers)). If there is a current span, of a poll or a batch, it is linked to, or is
    /// the parent.
    ///
    /// Nothing that a record carries fails this: headers that are malformed count as absent.
    ///
    /// ```no_run
    /// use kinetrace_kafka::Propagation;
    /// use opentelemetry::trace::FutureExt as _;
    /// use rdkafka::consumer::StreamConsumer;
    /// use rdkafka::message::BorrowedMessage;
    ///
    /// # async fn handle(_: &BorrowedMessage<'_>) -> Result<(), std::io::Error> { Ok(()) }
    /// # async fn example(consumer: StreamConsumer) -> Result<(), Box<dyn std::error::Error>> {
    /// let propagation = Propagation::new();
    /// loop {
    ///     let message = consumer.recv().await?;
    ///     let span = propagation.process_span(&message); // this line
    ///     match handle(&message).with_context(span.context().clone()).await {
    ///         Ok(()) => drop(span),
    ///         Err(error) => span.fail("io", &error),
    ///     }
    /// }
    /// # }
    /// ```
    pub fn process_span<M: Message>(&self, message: &M) -> ProcessSpan {
        let around = Context::current();
        let read = contained(|| read(message, self)).unwrap_or_default();
        let sent = self.propagators.extract(&read.fields);
        let context = contained(|| start(message, &read, &sent, &around, self));
        ProcessSpan { is_open: context.is_some(), context: context.unwrap_or_else(|| stand_in(&sent, &around)) }
    }
}

impl ProcessSpan {
    /// For what processes the record: its current span is this one, and its baggage the producer's.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The record was not processed. `error_type` is one of few, for dashboards to count by.
    pub fn fail(mut self, error_type: &'static str, error: &dyn fmt::Display) {
        let failure = Failure::new(error_type, error);
        self.end(Some(&failure));
    }

    fn end(&mut self, failure: Option<&Failure>) {
        if !mem::take(&mut self.is_open) {
            return;
        }
        contained(|| {
            let span = self.context.span();
            if let Some(failure) = failure {
                failure.tell(&span);
            }
            span.end();
        });
    }
}

impl Drop for ProcessSpan {
    fn drop(&mut self) {
        self.end(None);
        contained(|| drop(mem::take(&mut self.context)));
    }
}

/// What the headers say; of a record whose headers cannot be read at all, nothing.
#[derive(Default)]
struct Read {
    fields: Fields,
    format: Option<&'static str>,
}

fn read<M: Message>(message: &M, propagation: &Propagation) -> Read {
    let reader = HeaderReader::default().for_propagators(&propagation.propagators);
    let headers = message.headers().into_iter().flat_map(|headers| {
        // One whose name is not UTF-8 makes rdkafka panic, and hides no other.
        (0..headers.count()).filter_map(|at| contained(|| headers.try_get(at)).flatten())
    });
    let HeaderContext { fields, format, .. } = reader.read(headers.map(|header| (header.key, header.value)));
    Read { fields, format: Some(format.name()) }
}

fn start<M: Message>(message: &M, read: &Read, sent: &Context, around: &Context, propagation: &Propagation) -> Context {
    let tracer = propagation.tracer();
    let (parent, link) = relate(sent, around, propagation.links_to_producers);
    let span = tracer
        .span_builder(Operation::Process.span_name(message.topic()))
        .with_kind(SpanKind::Consumer)
        .with_attributes(attributes(message, read, propagation))
        .with_links(link.map(|link| Link::new(link, Vec::new(), 0)).into_iter().collect());
    sent.with_span(span.start_with_context(tracer, parent))
}

fn attributes<M: Message>(message: &M, read: &Read, propagation: &Propagation) -> Vec<KeyValue> {
    let mut attributes = Operation::Process.attributes(&Destination::Kafka(Arc::from(message.topic())));
    attributes.extend(kafka_position(message.partition().to_string(), message.offset()));
    if message.payload().is_none() {
        attributes.push(KeyValue::new(names::MESSAGING_KAFKA_MESSAGE_TOMBSTONE, true));
    }
    attributes.extend(read.format.map(|format| KeyValue::new(names::FORMAT, format)));
    let key = message.key().and_then(|key| std::str::from_utf8(key).ok()).filter(|_| propagation.key_attribute);
    attributes.extend(
        key.map(|key| KeyValue::new(names::MESSAGING_KAFKA_MESSAGE_KEY, propagation.key_names.name(key).into_owned())),
    );
    attributes
}

/// The parent, and what is linked to. Parent: the sender's span. The span around is linked to, or is the parent if both are of one
/// trace.
fn relate<'a>(sent: &'a Context, around: &'a Context, links_to_sender: bool) -> (&'a Context, Option<SpanContext>) {
    let valid = |context: &Context| Some(context.span().span_context().clone()).filter(SpanContext::is_valid);
    let Some(sender) = valid(sent) else { return (around, None) };
    if links_to_sender {
        return (around, Some(sender));
    }
    let span = valid(around);
    if span.as_ref().is_some_and(|span| span.trace_id() == sender.trace_id()) {
        return (around, None);
    }
    (sent, span)
}
