//! The span `send <topic>` of one record, whose context travels with it, until the record's delivery.

use std::mem;
use std::time::Instant;

use kinetrace::__private::contained;
use kinetrace::__private::semantic_conventions::{self as names, Destination, Operation, kafka_position};
use kinetrace::kafka::{HeaderList, inject};
use kinetrace::{Injection, InjectionCounts};
use opentelemetry::trace::{SpanKind, SpanRef, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue};

use crate::failure::Failure;
use crate::metrics::Metrics;
use crate::outgoing::Outgoing;
use crate::propagation::Propagation;

/// Dropped before the record's fate is known, it ends with an error.
#[derive(Debug)]
pub(crate) struct SendSpan {
    counts: InjectionCounts,
    metrics: Metrics,
    destination: Destination,
    /// What travels: its current span is this one or, if that could not be made, the caller's.
    context: Context,
    /// Otherwise the current span is the caller's to end.
    is_own: bool,
    is_open: bool,
    injection: Injection,
    started: Instant,
}

impl SendSpan {
    /// Below the current span of `parent`.
    pub(crate) fn start(parent: &Context, record: Outgoing<'_>, propagation: &Propagation) -> Self {
        let destination = record.destination();
        let own = contained(|| start(parent, record, &destination, propagation));
        Self {
            counts: propagation.counts.clone(),
            metrics: propagation.metrics.clone(),
            destination,
            is_own: own.is_some(),
            context: own.unwrap_or_else(|| parent.clone()),
            is_open: true,
            injection: Injection::NoContext,
            started: Instant::now(),
        }
    }

    /// The record's headers with the context, in place of any that they carry; `None` if they stay as they are.
    ///
    /// `copy` is called if there is a context to be sent.
    pub(crate) fn inject<H: HeaderList>(
        &mut self,
        record: Outgoing<'_>,
        propagation: &Propagation,
        copy: impl FnOnce() -> H,
    ) -> Option<H> {
        let fields = propagation.propagators.inject(&self.context);
        if fields.is_empty() {
            return None;
        }
        // Even a bug of a list of headers may cost the context, but not the record.
        let injected = contained(|| {
            let mut headers = copy();
            let room = record.room(propagation.max_message_bytes, &headers);
            (inject(&mut headers, &fields, None, room), headers)
        });
        let (injection, headers) = injected.map_or((Injection::Unsupported, None), |(it, list)| (it, Some(list)));
        self.injection = injection;
        headers.filter(|_| injection == Injection::Injected)
    }

    /// The client's limit is smaller than was known, so the record goes without its context. False if it carries none.
    #[cfg(feature = "rdkafka")]
    pub(crate) fn take_back(&mut self) -> bool {
        let carries_context = self.injection == Injection::Injected;
        if carries_context {
            self.injection = Injection::TooLarge;
        }
        carries_context
    }

    /// The record arrived. Clients write an offset below 0 where it is not known: without acknowledgements (`acks=0`), and for
    /// copies that the broker left out.
    pub(crate) fn deliver(mut self, partition: i32, offset: i64) {
        self.counts.add(self.injection);
        let partition = partition.to_string();
        let place = KeyValue::new(names::MESSAGING_DESTINATION_PARTITION_ID, partition.clone());
        self.end(Some(place.clone()), |span| match offset {
            0.. => span.set_attributes(kafka_position(partition, offset)),
            _ => span.set_attribute(place),
        });
    }

    /// The record did not arrive, as far as is known.
    pub(crate) fn fail(mut self, failure: &Failure) {
        self.end(Some(failure.attribute()), |span| failure.tell(span));
    }

    #[cfg(feature = "rdkafka")]
    /// The record is on its way, and nobody wants to know how it ends.
    pub(crate) fn let_go(mut self) {
        self.end(None, |_| ());
    }

    fn end(&mut self, outcome: Option<KeyValue>, describe: impl FnOnce(&SpanRef<'_>)) {
        if !mem::take(&mut self.is_open) {
            return;
        }
        self.metrics.end(&self.destination, self.started.elapsed(), outcome);
        if !mem::take(&mut self.is_own) {
            return;
        }
        contained(|| {
            let span = self.context.span();
            span.set_attribute(KeyValue::new(names::INJECTION, self.injection.to_string()));
            describe(&span);
            span.end();
        });
    }
}

impl Drop for SendSpan {
    fn drop(&mut self) {
        let failure = Failure::abandoned();
        self.end(Some(failure.attribute()), |span| failure.tell(span));
        // It may be the last clone of the caller's context, and so end the caller's span.
        contained(|| drop(mem::take(&mut self.context)));
    }
}

fn start(parent: &Context, record: Outgoing<'_>, destination: &Destination, propagation: &Propagation) -> Context {
    let tracer = propagation.tracer();
    let key_names = propagation.key_attribute.then_some(&propagation.key_names);
    let span = tracer
        .span_builder(Operation::Send.span_name(record.topic))
        .with_kind(SpanKind::Producer)
        .with_attributes(record.attributes(destination, key_names));
    parent.with_span(span.start_with_context(tracer, parent))
}
