//! What an invocation brings, seen from outside the service: contexts, and what the service gets.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use kinetrace::__private::contained;
use kinetrace::__private::semantic_conventions as names;
use kinetrace::kafka::HeaderReader;
use kinetrace::{Format, Propagators};
use opentelemetry::Context;
use opentelemetry::trace::SpanContext;
use serde_json::value::RawValue;

use super::body::{self, Replacement};
use super::settings::Settings;
use crate::configuration::RelationPolicy;
use crate::kafka::KafkaEvent;
use crate::kafka::reading::Reading;
use crate::kinesis;
use crate::kinesis::event::{Entries, Entry, EventRecord, Shape, firehose_records, records_with_data};
use crate::kinesis::waiting::messages;
use crate::message::Message;
use crate::raw_event::RawEvent;

pub(super) struct Delivery {
    /// For the service.
    pub(super) body: Bytes,
    pub(super) trigger: &'static str,
    /// How many messages there are, unless the event is neither of Kinesis nor of Kafka.
    pub(super) messages: Option<usize>,
    /// What the invocation continues.
    pub(super) parent: Context,
    /// What it links to instead, each once.
    pub(super) links: Vec<SpanContext>,
}

impl Delivery {
    /// What `read` makes of the body; if it panics, the body as it came. The runtime does not catch what a layer does before
    /// there is a future.
    pub(super) fn contained(body: Bytes, read: impl FnOnce(Bytes) -> Self) -> Self {
        contained(|| read(body.clone())).unwrap_or_else(|| Self::of_no_records(body))
    }

    /// Whatever the body is, there is one.
    pub(super) fn read(body: Bytes, settings: &Settings, propagators: &Propagators) -> Self {
        let found = match in_one_pass(&body) {
            Some(records) => Some(of_kinesis(records, settings, propagators)),
            None => member_by_member(&body, settings, propagators),
        };
        let Some(found) = found else { return Self::of_no_records(body) };
        let Findings { messages, last, mut links, replacements, .. } = found;
        let parent = last.filter(|_| messages == 1 && settings.relation != RelationPolicy::Link);
        if parent.is_some() {
            links.clear();
        }
        let body = body::replace(body, &replacements);
        let parent = parent.unwrap_or_default();
        Self { body, trigger: names::TRIGGER_PUBSUB, messages: Some(messages), parent, links }
    }

    fn of_no_records(body: Bytes) -> Self {
        Self { body, trigger: names::TRIGGER_OTHER, messages: None, parent: Context::new(), links: Vec::new() }
    }
}

/// The records of an event of Kinesis or of a pipe, if there are any and all of them can be read, as a rule.
fn in_one_pass(body: &[u8]) -> Option<Vec<Placed>> {
    let records = records_with_data(body).filter(|records| !records.is_empty())?;
    let placed = |(record, data): (EventRecord, &str)| body::place(body, data).map(|place| Some((place, record)));
    records.into_iter().map(placed).collect()
}

fn member_by_member(body: &[u8], settings: &Settings, propagators: &Propagators) -> Option<Findings> {
    let event = serde_json::from_slice::<RawEvent<'_>>(body).ok()?;
    if KafkaEvent::is_one(&event) {
        of_kafka(&event, propagators)
    } else {
        records(body, &event).map(|records| of_kinesis(records, settings, propagators))
    }
}

fn of_kinesis(records: Vec<Placed>, settings: &Settings, propagators: &Propagators) -> Findings {
    let reader = settings.reader.for_propagators(propagators);
    let reading = Arc::new(kinesis::waiting::Reading { reader, propagators: propagators.clone() });
    let mut found = Findings::default();
    for record in records {
        match record {
            Some((place, record)) => found.record(place, record, settings, &reading),
            // It would have been one.
            None => found.messages += 1,
        }
    }
    found
}

/// Contexts stand in headers, so nothing of the event is another one for the service.
fn of_kafka(event: &RawEvent<'_>, propagators: &Propagators) -> Option<Findings> {
    let records: Vec<_> = KafkaEvent::read(event).ok()?.partitions.into_iter().flat_map(|it| it.records).collect();
    if records.iter().all(Result::is_err) {
        return None;
    }
    let reading = Reading { headers: HeaderReader::default().for_propagators(propagators), values: None, propagators };
    let mut found = Findings { messages: records.len(), ..Findings::default() };
    records.into_iter().flatten().for_each(|record| found.message(&reading.message(record)));
    Some(found)
}

/// A record, and where in the body its data stands; `None` for one whose data cannot be read.
type Placed = Option<(Range<usize>, EventRecord)>;

/// The records of an event of Kinesis, from any sender: an event source mapping, a pipe, or Firehose for a transformation.
///
/// Other services' events have `Records`, too, and DynamoDB's have windows. At the end of a window there may be no record to
/// tell them by, nor one to be wrong about.
fn records(body: &[u8], event: &RawEvent<'_>) -> Option<Vec<Placed>> {
    let (shape, entries) = match Entries::of(event) {
        Ok(entries) if entries.is_end_of_window() => return Some(Vec::new()),
        Ok(Entries { shape, entries, .. }) => (shape, entries.rest()),
        Err(_) => (Shape::Firehose, firehose_records(event)?),
    };
    let read = |entry: &&RawValue| {
        let entry = Entry::read(entry, shape).ok()?;
        Some((body::place(body, entry.data_text()?)?, entry.contents().ok()?))
    };
    let records: Vec<_> = entries.iter().map(read).collect();
    records.iter().any(Option::is_some).then_some(records)
}

#[derive(Default)]
struct Findings {
    messages: usize,
    last: Option<Context>,
    links: Vec<SpanContext>,
    known: HashSet<SpanContext>,
    replacements: Vec<Replacement>,
}

impl Findings {
    fn message(&mut self, message: &Message) {
        if let Some(sender) = message.sender()
            && self.known.insert(sender.clone())
        {
            self.links.push(sender);
        }
        self.last = Some(message.context.clone());
    }

    fn record(
        &mut self,
        place: Range<usize>,
        record: EventRecord,
        settings: &Settings,
        reading: &Arc<kinesis::waiting::Reading>,
    ) {
        let data = record.data.clone();
        for message in messages(record, reading) {
            self.messages += 1;
            self.message(&message);
            let Message { record, .. } = message;
            // Spring's headers were there before; the readers of that stream take them off.
            let is_as_it_came = record.payload == data || record.format == Format::Spring;
            if settings.unwrap_payloads && record.sub_sequence_number.is_none() && !is_as_it_came {
                self.replacements.push((place.clone(), record.payload));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Or the panic would unwind through the runtime's loop, and end the process, once for each time the event comes.
    #[test]
    fn a_bug_in_reading_an_event_costs_its_contexts_and_nothing_else() {
        let delivery = Delivery::contained(Bytes::from_static(b"{}"), |_| panic!("a reader's bug"));
        assert_eq!(delivery.body, "{}");
        assert_eq!((delivery.trigger, delivery.messages, delivery.links.len()), (names::TRIGGER_OTHER, None, 0));
    }

    /// What one pass reads is what would be read member by member: the places, and the data.
    #[test]
    fn both_ways_of_reading_an_event_find_the_same_data_in_the_same_places() {
        let mut read = 0;
        for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../events")).unwrap() {
            let path = file.unwrap().path();
            let Some(body) = path.is_file().then(|| fs::read(&path).unwrap()) else { continue };
            let Some(one_pass) = in_one_pass(&body) else { continue };
            let two_passes = records(&body, &serde_json::from_slice(&body).unwrap()).unwrap();
            let shown = |record: Placed| record.map(|(place, record)| (place, record.data));
            let [one_pass, two_passes] =
                [one_pass, two_passes].map(|records| records.into_iter().map(shown).collect::<Vec<_>>());
            assert_eq!(one_pass, two_passes, "{}", path.display());
            read += one_pass.len();
        }
        assert!(read > 10, "only {read} records were read in one pass");
    }
}
