//! What tracing must not change of a record.

use kinetrace::Injection;
use kinetrace_kafka::{Propagation, Traced};
use kinetrace_testing::Recorder;
use rdkafka::message::{Header as Given, OwnedHeaders, OwnedMessage};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::util::Timeout;
use rdkafka::{Message as _, Timestamp};

use crate::broker::{Broker, Header, TOPIC, headers, others, traceparent};

const PAYLOAD: [u8; 1000] = [b'x'; 1000];
const STALE: &[u8] = b"00-11111111111111111111111111111111-2222222222222222-01";

struct Record {
    key: Option<&'static [u8]>,
    payload: Option<&'static [u8]>,
    timestamp: Option<i64>,
    headers: &'static [(&'static str, Option<&'static [u8]>)],
}

impl Record {
    fn given(&self) -> FutureRecord<'static, [u8], [u8]> {
        let list = self
            .headers
            .iter()
            .fold(OwnedHeaders::new(), |list, (key, value)| list.insert(Given { key, value: *value }));
        FutureRecord {
            topic: TOPIC,
            partition: Some(1),
            payload: self.payload,
            key: self.key,
            timestamp: self.timestamp,
            headers: (!self.headers.is_empty()).then_some(list),
        }
    }
}

const RECORDS: &[Record] = &[
    Record { key: Some(b"N14228"), payload: Some(b"{}"), timestamp: Some(1_700_000_000_123), headers: &[] },
    // A tombstone, and what is not one.
    Record { key: Some(b"N14228"), payload: None, timestamp: Some(1_700_000_000_123), headers: &[] },
    Record { key: Some(b"N14228"), payload: Some(b""), timestamp: Some(1), headers: &[("n", None)] },
    Record { key: None, payload: Some(b"{}"), timestamp: Some(1), headers: &[("n", Some(b""))] },
    Record { key: Some(b""), payload: Some(b"\xff\x00\xfe"), timestamp: Some(1), headers: &[] },
    Record { key: Some(b"\xff\x00"), payload: Some(b"{}"), timestamp: Some(1), headers: &[] },
    Record {
        key: Some(b"N14228"),
        payload: Some(b"{}"),
        timestamp: Some(1),
        headers: &[("b", Some(b"\xff\x00")), ("a", Some(b"1")), ("b", None), ("a", Some(b"")), ("", Some(b"2"))],
    },
    // Contexts of earlier hops, in any case, go; their neighbours stay in order.
    Record {
        key: Some(b"N14228"),
        payload: Some(b"{}"),
        timestamp: Some(1),
        headers: &[
            ("a", Some(b"1")),
            ("traceparent", Some(STALE)),
            ("b", None),
            ("Traceparent", Some(STALE)),
            ("traceparent", None),
            ("a", Some(b"2")),
        ],
    },
];

type Fields<'a> = (Option<&'a [u8]>, Option<&'a [u8]>, Timestamp, i32, Vec<Header>);

fn fields(message: &OwnedMessage) -> Fields<'_> {
    let others = others(headers(message));
    (message.key(), message.payload(), message.timestamp(), message.partition(), others)
}

#[tokio::test]
async fn a_record_of_any_kind_arrives_as_without_tracing_but_for_one_context() {
    let (broker, recorder) = (Broker::start(), Recorder::new());
    let plain: FutureProducer = broker.producer();
    let traced = Traced::with(plain.clone(), &Propagation::new().telemetry(&recorder.telemetry()));
    for record in RECORDS {
        plain.send(record.given(), Timeout::Never).await.unwrap();
        traced.send(record.given(), Timeout::Never).await.unwrap();
    }

    let arrived = broker.records(1, 2 * RECORDS.len());
    let spans = recorder.spans();
    for (at, pair) in arrived.chunks(2).enumerate() {
        assert_eq!(fields(&pair[1]), fields(&pair[0]), "record {at}");
        let span = &spans[at].span_context;
        let expected = format!("00-{}-{}-01", span.trace_id(), span.span_id());
        assert_eq!(traceparent(&pair[1]), Some(expected), "record {at}");
    }
}

#[tokio::test]
async fn without_a_span_the_headers_of_a_record_stay_as_they_are() {
    let broker = Broker::start();
    let nothing = kinetrace::Telemetry::new(None, kinetrace::Propagators::default());
    let propagation = Propagation::new().telemetry(&nothing);
    let traced = Traced::with(broker.producer::<FutureProducer>(), &propagation);
    let given = &RECORDS[RECORDS.len() - 1];
    traced.send(given.given(), Timeout::Never).await.unwrap();

    let arrived = broker.records(1, 1);
    let kept: Vec<_> =
        given.headers.iter().map(|(name, value)| ((*name).to_owned(), value.map(<[u8]>::to_vec))).collect();
    assert_eq!(headers(&arrived[0]), kept);
    assert_eq!(propagation.counts().of(Injection::NoContext), 1);
}

/// librdkafka's own limit, of which the propagation does not know.
#[tokio::test]
async fn a_record_that_only_the_context_makes_too_large_goes_without_it() {
    let (broker, recorder) = (Broker::start(), Recorder::new());
    let producer: FutureProducer = broker.config().set("message.max.bytes", "1000").create().unwrap();
    let propagation = Propagation::new().telemetry(&recorder.telemetry());
    let traced = Traced::with(producer, &propagation);
    let record = |partition, bytes| FutureRecord::<(), [u8]>::to(TOPIC).payload(&PAYLOAD[..bytes]).partition(partition);
    let list = OwnedHeaders::new().insert(Given { key: "traceparent", value: Some(STALE) });
    // It fits with the context of an earlier hop, and so with another in its place.
    traced.send(record(0, 880).headers(list), Timeout::Never).await.unwrap();
    traced.send(record(1, 930), Timeout::Never).await.unwrap();
    traced.send_result(record(1, 930)).map_err(|(error, _)| error).unwrap().await.unwrap().unwrap();

    assert!(traceparent(&broker.records(0, 1)[0]).is_some());
    for message in broker.records(1, 2) {
        assert_eq!(headers(&message), []);
    }
    assert_eq!(propagation.counts().of(Injection::TooLarge), 2);
    assert_eq!(propagation.counts().of(Injection::Injected), 1);
}
