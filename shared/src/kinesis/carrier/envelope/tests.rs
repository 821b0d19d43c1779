use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::Format;
use crate::context::order::ProducerId;
use crate::kinesis::extraction::Extraction;
use crate::kinesis::reader::Reader;

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const LIMIT: usize = 1 << 20;

/// Of bytes of which nothing is known.
fn inject(record: &mut Record, fields: &Fields, order: Option<Order>, limit: usize) -> Injection {
    super::inject(record, Known::Nothing, fields, order, limit)
}

fn fields() -> Fields {
    let mut fields = Fields::default();
    fields.set("traceparent", TRACEPARENT.to_owned());
    fields
}

fn order() -> Order {
    Order { producer: ProducerId::from_bits(0x0123_4567_89ab_cdef), sequence: 3 }
}

fn injected(payload: &[u8], fields: &Fields, order: Option<Order>) -> Vec<u8> {
    let mut record = Record::new("k", payload);
    assert_eq!(inject(&mut record, fields, order, LIMIT), Injection::Injected);
    record.data
}

fn extracted(data: &[u8]) -> Option<Extraction> {
    let records = Reader::default().read(Bytes::copy_from_slice(data), None);
    records.into_iter().find(|record| record.format == Format::Envelope)
}

#[test]
fn the_canonical_form_is_what_the_documentation_says() {
    let mut all = fields();
    all.set("baggage", "tenant=7".to_owned());
    all.set("tracestate", "rojo=1".to_owned());
    let table: [(&[u8], &Fields, Option<Order>, String); 4] = [
        (b"{}", &fields(), None, format!(r#"{{"_otel":{{"traceparent":"{TRACEPARENT}"}},"data":{{}}}}"#)),
        (
            b"[1.0]",
            &fields(),
            Some(order()),
            format!(
                r#"{{"_otel":{{"traceparent":"{TRACEPARENT}"}},"order":{{"producer":"0123456789abcdef","sequence":3}},"data":[1.0]}}"#
            ),
        ),
        (
            b"7",
            &all,
            None,
            format!(
                r#"{{"_otel":{{"traceparent":"{TRACEPARENT}","tracestate":"rojo=1","baggage":"tenant=7"}},"data":7}}"#
            ),
        ),
        (
            b"\xff\x00",
            &fields(),
            None,
            format!(r#"{{"_otel":{{"traceparent":"{TRACEPARENT}"}},"data_base64":"/wA="}}"#),
        ),
    ];
    for (payload, fields, order, expected) in table {
        assert_eq!(String::from_utf8(injected(payload, fields, order)).unwrap(), expected);
    }
}

#[test]
fn payload_bytes_come_back_exactly() {
    let payloads: [&[u8]; 14] = [
        b"{}",
        b"{ }",
        b" \t{\"a\": 1.0, \"b\":12345678901234567890, \"a\":1e3 } \r\n",
        b"{\"_otel\":{},\"data\":1,\"more\":2}",
        b"{\"_otel\":1,\"data\":1}",
        b"{\"_otel\":{},\"data\":1,\"data_base64\":\"\"}",
        b"{\"data\":{\"traceparent\":\"x\"}}",
        b"[1,2]\n",
        b"null",
        b"\"\\u00e9\\ud800\"",
        "\"\u{e9}\u{1f680}\"".as_bytes(),
        b"{\"truncated\":",
        b"",
        b"\"\xff\"",
    ];
    for payload in payloads {
        for order in [None, Some(order())] {
            let data = injected(payload, &fields(), order);
            let read = extracted(&data).unwrap();
            assert_eq!(read.payload, payload, "{:?}", String::from_utf8_lossy(&data));
            assert_eq!(read.fields.get("traceparent"), Some(TRACEPARENT));
            assert_eq!(read.order, order);
        }
    }
}

#[test]
fn any_white_space_and_order_of_members_is_read() {
    let table = [
        (r#" { "data" : {"foo": "bar"} , "_otel" : {"traceparent":"x"} } "#, r#"{"foo": "bar"}"#),
        (r#"{"order":{"sequence":3,"producer":"0123456789abcdef"},"_otel":{},"data":null}"#, "null"),
        (r#"{"_otel":{},"order":"not ours","data":1}"#, "1"),
        (r#"{"_otel": {"n":1},"data_base64":"aGk="}"#, "hi"),
        (r#"{"_otel":{},"data_base64":"\u0061Gk="}"#, "hi"),
    ];
    for (data, payload) in table {
        assert_eq!(extracted(data.as_bytes()).unwrap().payload, payload, "{data}");
    }
}

#[test]
fn a_near_envelope_is_an_ordinary_payload() {
    let table = [
        "",
        "{}",
        "[]",
        r#"{"_otel":{}}"#,
        r#"{"data":1}"#,
        r#"{"_otel":{},"data":1,"data_base64":""}"#,
        r#"{"_otel":{},"data":1,"more":2}"#,
        r#"{"_otel":{},"data":1}}"#,
        r#"{"_otel":{},"data":1"#,
        r#"{"_otel":{},"data":}"#,
        r#"{"_otel":{},"data":1,"data":2}"#,
        r#"{"_otel":null,"data":1}"#,
        r#"{"_otel":["traceparent"],"data":1}"#,
        r#"{"_otel":{},"data_base64":"%"}"#,
        r#"{"_otel":{},"data_base64":1}"#,
        r#"x{"_otel":{},"data":1}"#,
    ];
    for data in table {
        assert_eq!(extracted(data.as_bytes()), None, "{data}");
        // What a reader takes for a payload, a writer must not take for an envelope.
        injected(data.as_bytes(), &fields(), None);
    }
}

#[test]
fn a_record_that_cannot_carry_the_context_is_left_as_it_was() {
    let envelope = injected(b"{}", &fields(), None);
    let aggregate = [&kpl::MAGIC[..], b"rest"].concat();
    let table = [
        (b"{}".to_vec(), Fields::default(), Injection::NoContext),
        (envelope, fields(), Injection::AlreadyPresent),
        (br#"{ "data":1, "_otel":{} }"#.to_vec(), fields(), Injection::AlreadyPresent),
        (aggregate, fields(), Injection::Unsupported),
        (vec![b'1'; LIMIT - 10], fields(), Injection::TooLarge),
    ];
    for (data, fields, expected) in table {
        let before = Record::new("k", data);
        let mut record = before.clone();
        assert_eq!(inject(&mut record, &fields, None, LIMIT), expected);
        assert!(record == before, "{expected:?} changed the record");
    }
}

#[test]
fn data_and_partition_key_together_may_reach_the_limit_but_not_pass_it() {
    let size = Record::new("k", injected(b"{}", &fields(), None)).size();
    for (limit, expected) in [(size, Injection::Injected), (size - 1, Injection::TooLarge)] {
        assert_eq!(inject(&mut Record::new("k", "{}"), &fields(), None, limit), expected);
    }
}

#[test]
fn the_count_travels_even_without_a_context() {
    let mut record = Record::new("k", "1");
    assert_eq!(inject(&mut record, &Fields::default(), Some(order()), LIMIT), Injection::NoContext);
    let read = extracted(&record.data).unwrap();
    assert_eq!((read.order, read.payload.as_ref()), (Some(order()), b"1".as_slice()));
}

/// Pieces that real and hostile payloads are made of, so that random strings of them come close to envelopes.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(br#"{"_otel":"#.to_vec()),
        Just(br#"{"traceparent":"x"}"#.to_vec()),
        Just(br#","order":"#.to_vec()),
        Just(br#","data":"#.to_vec()),
        Just(br#","data_base64":"aGk=""#.to_vec()),
        Just(b"{}".to_vec()),
        Just(b"}".to_vec()),
        Just(b" \n".to_vec()),
        Just(b"\"\\\"".to_vec()),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn every_payload_comes_back_to_the_byte(payload in pieces()) {
        let mut record = Record::new("k", payload.clone());
        match inject(&mut record, &fields(), Some(order()), LIMIT) {
            Injection::Injected => {
                let read = extracted(&record.data).unwrap();
                prop_assert_eq!(read.payload, payload);
                prop_assert_eq!(read.fields, fields());
                prop_assert_eq!(read.order, Some(order()));
            }
            Injection::AlreadyPresent => prop_assert!(extracted(&payload).is_some()),
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn an_envelope_in_canonical_form_is_unwrapped_once(payload in pieces()) {
        let inner = injected(br#"{"n":1}"#, &fields(), None);
        let mut record = Record::new("k", inner.clone());
        prop_assert_eq!(inject(&mut record, &fields(), None, LIMIT), Injection::AlreadyPresent);
        prop_assert_eq!(record.data, inner);
        prop_assume!(extracted(&payload).is_none());
        let data = injected(&payload, &fields(), None);
        prop_assert_eq!(extracted(&data).unwrap().payload, payload);
    }
}
