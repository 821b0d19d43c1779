//! The span of a record: its attributes, its parent, and what it links to.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

use kinetrace::__private::semantic_conventions::{self as names, Operation};
use kinetrace::__private::{contained, stand_in};
use kinetrace::history::Relation;
use opentelemetry::trace::{Link, SpanBuilder, SpanContext, SpanKind, TraceContextExt};
use opentelemetry::{Context, KeyValue};

use crate::message::Message;
use crate::processing::Processing;
use crate::transport::Transport;

/// As many as the span of a record has, with room for what is said of how it ended.
const ATTRIBUTES: usize = 12;

impl<H> Processing<'_, H> {
    /// The context for the business code, its baggage the producer's, and how its current span relates to the sender.
    ///
    /// The span is below that of `around`, or links to it. If it cannot be made, that one is the current one.
    pub(crate) fn enter<T: Transport>(
        &self,
        message: &Message,
        sender: Option<&SpanContext>,
        around: &Context,
    ) -> (Context, Option<Relation>) {
        let relation = sender.map(|_| self.relation);
        if let Some(context) = contained(|| self.start_span::<T>(message, sender, around)) {
            return (context, relation);
        }
        (stand_in(&message.context, around), relation.filter(|relation| *relation == Relation::Parent))
    }

    fn start_span<T: Transport>(&self, message: &Message, sender: Option<&SpanContext>, around: &Context) -> Context {
        let (parent, link) = self.relate(&message.context, sender, around);
        self.record_tracer.start(&message.context, parent, || self.span::<T>(message, link))
    }

    fn span<T: Transport>(&self, message: &Message, link: Option<SpanContext>) -> SpanBuilder {
        let (record, start) = (&message.record, SystemTime::now());
        let mut attributes = Vec::with_capacity(ATTRIBUTES);
        T::add_span_attributes(record, &mut attributes);
        attributes.push(KeyValue::new(names::FORMAT, record.format.name()));
        if let Some(age) = record.age_at(start) {
            attributes.push(KeyValue::new(names::RECORD_AGE_MS, i64::try_from(age.as_millis()).unwrap_or(i64::MAX)));
        }
        attributes.extend(self.key(message));
        let span = SpanBuilder::from_name(Operation::Process.span_name(&record.stream))
            .with_kind(SpanKind::Consumer)
            .with_start_time(start)
            .with_attributes(attributes);
        match link {
            Some(link) => span.with_links(vec![Link::new(link, Vec::new(), 0)]),
            None => span,
        }
    }

    fn key(&self, message: &Message) -> Option<KeyValue> {
        let key = message.key.as_ref()?;
        Some(match self.key_names?.name(key) {
            Cow::Borrowed(_) => KeyValue::new(names::RECORD_KEY, Arc::clone(key)),
            Cow::Owned(name) => KeyValue::new(names::RECORD_KEY, name),
        })
    }

    /// The process span's parent, and what it links to: of the span around it and the sender, whichever is not the parent,
    /// unless the span around it continues the sender's trace already.
    fn relate<'a>(
        &self,
        context: &'a Context,
        sender: Option<&SpanContext>,
        around: &'a Context,
    ) -> (&'a Context, Option<SpanContext>) {
        let Some(sender) = sender else { return (around, None) };
        if self.relation == Relation::Link {
            return (around, Some(sender.clone()));
        }
        let span = around.span();
        let span = span.span_context();
        if span.trace_id() == sender.trace_id() {
            return (around, None);
        }
        (context, Some(span.clone()).filter(SpanContext::is_valid))
    }
}
