//! What holds of reading and injecting, whatever the bytes. Where it does not, these functions panic.

use std::fmt;
use std::sync::LazyLock;

use bytes::Bytes;
use kinetrace::{
    Carrier, Extraction, Fields, Format, HashKey, Injection, Order, ProducerId, Propagators, Reader, Record,
};
use opentelemetry::trace::TraceContextExt as _;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A context that every reader understands.
pub const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// The first bytes of an aggregated record.
pub const MAGIC: [u8; 4] = [0xF3, 0x89, 0x9A, 0xC2];

/// The members in which others put a context.
const FOREIGN: [&str; 5] = ["_otel", "_datadog", "traceparent", "tracestate", "baggage"];

const KEY: &str = "user-42";

/// Out of reach, so that only the tests of the limit itself meet one.
const NO_LIMIT: usize = usize::MAX;

static EVERY_PROPAGATOR: LazyLock<Propagators> =
    LazyLock::new(|| Propagators::parse("tracecontext,baggage,b3,b3multi,xray").expect("a list of known names"));

/// Reads data as a consumer does, and checks all that can be said without knowing what it is.
pub fn read(data: &[u8]) -> Vec<Extraction> {
    let data = Bytes::copy_from_slice(data);
    let records = Reader::default().read(data.clone(), Some(KEY));
    assert!(!records.is_empty(), "a record is gone");
    if records.len() > 1 || records[0].user_record.is_some() {
        check_places(&records, &data);
    }
    for record in &records {
        check_payload(record, &data);
        check_context(record);
    }
    check_stripped(&records, &data);
    records
}

/// Reads data that is one record, aggregated or not.
pub fn read_one(data: &[u8]) -> Extraction {
    let mut records = read(data);
    assert_eq!(records.len(), 1, "{records:?}");
    records.remove(0)
}

fn check_places(records: &[Extraction], data: &Bytes) {
    for (place, record) in (0..).zip(records) {
        let user_record = record.user_record.as_ref().expect("all or none of the records are an aggregate's");
        assert_eq!(user_record.sub_sequence_number, place);
    }
    let payloads: usize = records.iter().map(|record| record.payload.len()).sum();
    assert!(payloads < data.len(), "two records share their bytes");
}

fn check_payload(record: &Extraction, data: &Bytes) {
    let payload = &record.payload;
    let is_part = payload.is_empty() || {
        let (whole, part) = (data.as_ptr_range(), payload.as_ptr_range());
        whole.start <= part.start && part.end <= whole.end
    };
    // What surrounds the payload of a user record is not known here.
    let is_whole = record.user_record.is_some() || payload == data;
    let is_right = match record.format {
        _ if tells_by_itself(record, data) => true,
        Format::Datadog if !is_whole && record.user_record.is_none() => is_spliced(Carrier::Datadog, record, data),
        // That of a user record may have been taken out.
        Format::Datadog if record.user_record.is_some() => payload.len() < data.len(),
        Format::None | Format::Otel | Format::Datadog | Format::W3cMember => is_part && is_whole,
        Format::Spring => is_part && (record.user_record.is_some() || data.ends_with(payload)),
        Format::Envelope => payload.len() < data.len(),
        Format::Member if record.user_record.is_some() => payload.len() < data.len(),
        Format::Member => is_spliced(Carrier::Member, record, data),
        Format::Aggregate => is_part && record.user_record.is_some(),
        Format::PartitionKey => record.user_record.is_some() && payload.len() < data.len(),
        other => panic!("nothing is known of the payload of {other}"),
    };
    assert!(is_right, "{record:?}");
}

/// A writer that is given what was read writes the very same bytes.
fn is_spliced(carrier: Carrier, record: &Extraction, data: &Bytes) -> bool {
    let mut again = Record::new(KEY, record.payload.clone());
    carrier.inject(&mut again, &record.fields, None, NO_LIMIT) == Injection::Injected && again.data == *data
}

/// Whether the payload was wrapped without a context, and the one that counts is its own.
pub fn tells_by_itself(record: &Extraction, data: &[u8]) -> bool {
    let alone = Reader::default().read(record.payload.clone(), Some(KEY));
    let is_same = |alone: &Extraction| (alone.format, &alone.fields) == (record.format, &record.fields);
    record.format != Format::None && record.payload.len() < data.len() && alone.iter().any(is_same)
}

/// A format that is told by its context has one, and propagators agree that it is one.
fn check_context(record: &Extraction) {
    let context = EVERY_PROPAGATOR.extract(&record.fields);
    let is_readable = context.span().span_context().is_valid();
    match record.format {
        Format::None => assert!(record.fields.is_empty() && record.order.is_none(), "{record:?}"),
        Format::Envelope | Format::Spring => {}
        Format::Aggregate if record.order.is_some() => {}
        _ => assert!(is_readable, "{record:?}"),
    }
}

fn check_stripped(records: &[Extraction], data: &Bytes) {
    let stripped = Reader::default().strip_foreign(true).read(data.clone(), Some(KEY));
    assert_eq!(stripped.len(), records.len());
    for (stripped, whole) in stripped.iter().zip(records) {
        let mut but_for_payload = stripped.clone();
        but_for_payload.payload = whole.payload.clone();
        assert_eq!(but_for_payload, *whole);
        if stripped.payload != whole.payload {
            let [left, all] = [&stripped.payload, &whole.payload].map(|json| Members::of(json).expect("an object"));
            assert_eq!(left.besides(&FOREIGN), all.besides(&FOREIGN), "{stripped:?}");
        }
        for again in Reader::default().read(stripped.payload.clone(), Some(KEY)) {
            let is_foreign = matches!(again.format, Format::Otel | Format::Datadog | Format::W3cMember);
            // A payload that is a container itself is not looked into.
            let is_within = again.user_record.is_some() || tells_by_itself(&again, &stripped.payload);
            assert!(!is_foreign || is_within, "{again:?}");
        }
    }
}

/// A context whose fields are made of the bytes, as far as they are text.
pub fn context_of(bytes: &[u8]) -> Fields {
    let mut fields = context();
    let text = String::from_utf8_lossy(bytes);
    fields.set("tracestate", text.clone().into_owned());
    fields.set("baggage", text.into_owned());
    fields
}

/// The context that a producer sends as a rule.
pub fn context() -> Fields {
    let mut fields = Fields::default();
    fields.set("traceparent", TRACEPARENT.to_owned());
    fields
}

/// A context without a `traceparent`.
pub fn context_in_other_words() -> Fields {
    let mut fields = Fields::default();
    fields.set("b3", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1".to_owned());
    fields.set(
        "x-amzn-trace-id",
        "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1".to_owned(),
    );
    fields
}

fn order() -> Order {
    Order { producer: ProducerId::from_bits(0x0123_4567_89ab_cdef), sequence: 7 }
}

/// Sends a payload by each of the carriers.
pub fn round_trips(payload: &[u8]) {
    for carrier in [Carrier::Envelope, Carrier::Member, Carrier::Datadog, Carrier::Aggregate, Carrier::PartitionKey] {
        round_trip(carrier, payload, &context());
    }
}

/// Sends a payload with a context, and reads it again: all that was sent comes back, or the record is as it was.
pub fn round_trip(carrier: Carrier, payload: &[u8], fields: &Fields) {
    let before = Record::new(KEY, payload);
    let mut sent = before.clone();
    let order = matches!(carrier, Carrier::Envelope | Carrier::Aggregate).then(order);
    let injection = carrier.inject(&mut sent, fields, order, NO_LIMIT);
    if serde_json::from_slice::<&RawValue>(payload).is_ok() {
        let known = carrier.inject_json(Record::from_json(KEY, payload), fields, order, NO_LIMIT);
        assert_eq!(known, (sent.clone(), injection), "it is known to be JSON");
    }
    let has_order_only = injection == Injection::NoContext && fields.is_empty() && order.is_some();
    if injection != Injection::Injected && !has_order_only {
        assert_eq!(sent, before, "{injection}");
        check_refusal(carrier, injection, payload);
        return;
    }
    if carrier == Carrier::PartitionKey {
        check_key(&sent, payload);
    } else {
        let read = read_one(&sent.data);
        assert_eq!(read.payload, payload);
        assert_eq!(read.order, order);
        // Without a context of the carrier's, one of the payload's own may count.
        if !fields.is_empty() {
            assert_eq!((read.format.to_string(), &read.fields), (carrier.to_string(), fields));
        }
        assert!(read.user_record.is_none_or(|user_record| &*user_record.partition_key == KEY));
        assert_eq!(Record { data: before.data.clone(), ..sent.clone() }, before, "the record may be on another shard");
    }
    check_limit(carrier, &before, &sent, |record, limit| carrier.inject(record, fields, order, limit));
}

/// A carrier refuses nothing that it could carry.
fn check_refusal(carrier: Carrier, injection: Injection, payload: &[u8]) {
    let records = Reader::default().read(Bytes::copy_from_slice(payload), None);
    let is_right = match (carrier, injection) {
        (Carrier::Envelope, Injection::Unsupported) => payload.starts_with(&MAGIC),
        (Carrier::Envelope, Injection::AlreadyPresent) => {
            records[0].format == Format::Envelope || tells_by_itself(&records[0], payload)
        }
        (Carrier::Member, Injection::Unsupported) => true,
        (Carrier::Member, Injection::AlreadyPresent) => {
            Members::of(payload).is_some_and(|members| !members.values("traceparent").is_empty())
        }
        (Carrier::Datadog, Injection::Unsupported) => true,
        (Carrier::Datadog, Injection::AlreadyPresent) => {
            Members::of(payload).is_some_and(|members| !members.values("_datadog").is_empty())
        }
        (Carrier::Aggregate, Injection::AlreadyPresent) => records[0].user_record.is_some(),
        (Carrier::PartitionKey, Injection::Unsupported) => true,
        (Carrier::PartitionKey, Injection::AlreadyPresent) => records.iter().any(|record| !record.fields.is_empty()),
        _ => false,
    };
    assert!(is_right, "{carrier}: {injection}");
}

fn check_key(sent: &Record, payload: &[u8]) {
    assert_eq!(sent.data, payload);
    assert_eq!(sent.explicit_hash_key, Some(HashKey::of(KEY)), "the record is on another shard");
    for record in Reader::default().read(Bytes::copy_from_slice(payload), Some(&sent.partition_key)) {
        assert_eq!((record.format, record.fields), (Format::PartitionKey, context()));
    }
}

fn check_limit(carrier: Carrier, before: &Record, sent: &Record, inject: impl Fn(&mut Record, usize) -> Injection) {
    let (mut fits, mut overflows, mut again) = (before.clone(), before.clone(), sent.clone());
    inject(&mut fits, sent.size());
    assert_eq!(fits, *sent, "{carrier}");
    assert_eq!(inject(&mut overflows, sent.size() - 1), Injection::TooLarge, "{carrier}");
    assert_eq!(overflows, *before, "{carrier}");
    assert_ne!(inject(&mut again, NO_LIMIT), Injection::Injected, "{carrier}");
    assert_eq!(again, *sent, "a forwarder keeps the first context");
}

/// The members of a JSON object: names with their escapes resolved where that gives text, values as they stand.
pub struct Members<'a>(Vec<(String, &'a str)>);

impl<'a> Members<'a> {
    /// `None` unless the text is one object.
    pub fn of(json: &'a [u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The values of all members of this name.
    pub fn values(&self, name: &str) -> Vec<&'a str> {
        self.0.iter().filter(|(own, _)| own == name).map(|(_, value)| *value).collect()
    }

    fn besides(&self, names: &[&str]) -> Vec<&(String, &str)> {
        self.0.iter().filter(|(name, _)| !names.contains(&name.as_str())).collect()
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                    let name = serde_json::from_str(name.get()).unwrap_or_else(|_| name.get().to_owned());
                    members.push((name, value.get()));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(InOrder)
    }
}
