use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{self as otlp, Status};

use super::*;

fn attribute(key: &str, bytes: usize) -> KeyValue {
    let value = Some(AnyValue { value: Some(Value::StringValue("x".repeat(bytes))) });
    KeyValue { key: key.to_owned(), value, ..KeyValue::default() }
}

fn span(attributes: &[usize], links: usize) -> otlp::Span {
    otlp::Span {
        trace_id: vec![1; 16],
        span_id: vec![2; 8],
        trace_state: "a=b".to_owned(),
        parent_span_id: vec![3; 8],
        flags: 0x101,
        name: "process flights".to_owned(),
        kind: 5,
        start_time_unix_nano: 1,
        end_time_unix_nano: 2,
        attributes: attributes.iter().map(|bytes| attribute(&bytes.to_string(), *bytes)).collect(),
        dropped_attributes_count: 1,
        events: vec![Event { name: "e".to_owned(), ..Event::default() }],
        links: (0..links).map(|_| Link { trace_id: vec![4; 16], span_id: vec![5; 8], ..Link::default() }).collect(),
        status: Some(Status::default()),
        ..otlp::Span::default()
    }
}

#[test]
fn a_span_that_is_too_large_is_sent_without_its_largest_parts_and_says_how_many() {
    const LIMIT: usize = 1000;
    for (attributes, links, dropped) in [
        (&[10, 2000][..], 1, [1, 0, 0]),
        (&[400, 10, 500, 300], 1, [1, 0, 0]),
        (&[10, 20], 100, [0, 0, 73]),
        (&[2000], 100, [1, 0, 71]),
    ] {
        let whole = span(attributes, links);
        let bytes = Bytes::from(whole.encode_to_vec());
        let found = oversize(&bytes, LIMIT).unwrap();
        assert_eq!((&found.name[..], found.bytes), ("process flights", bytes.len()));
        let (cut, counts) = found.cut.unwrap();
        assert!(cut.len() <= LIMIT, "{}", cut.len());
        let cut = otlp::Span::decode(cut).unwrap();
        assert_eq!(counts, dropped, "{attributes:?} {links}");
        assert_eq!(usize::try_from(cut.dropped_attributes_count).unwrap(), 1 + dropped[0]);
        assert_eq!(usize::try_from(cut.dropped_links_count).unwrap(), dropped[2]);
        assert!(!cut.attributes.iter().any(|attribute| attribute.key == "2000" || attribute.key == "500"));
        let bare = |span: &otlp::Span| otlp::Span {
            attributes: Vec::new(),
            dropped_attributes_count: 0,
            links: Vec::new(),
            dropped_links_count: 0,
            ..span.clone()
        };
        assert_eq!(bare(&cut), bare(&whole), "the rest is as it was");
    }
}

#[test]
fn a_span_with_an_error_that_is_too_long_is_sent_with_its_beginning() {
    // Of two bytes each, and one that ends within the last that there is room for.
    for message in ["é".repeat(150_000), format!("x{}", "é".repeat(150_000))] {
        let status = Some(Status { message: message.clone(), code: 2 });
        let whole = otlp::Span { status, ..span(&[10, 2000], 3) };
        let (cut, counts) = oversize(&whole.encode_to_vec().into(), 200_000).unwrap().cut.unwrap();
        let cut = otlp::Span::decode(cut).unwrap();
        let status = cut.status.clone().unwrap();
        assert!(message.starts_with(&status.message) && status.code == 2);
        assert!((MAX_MESSAGE - 1..=MAX_MESSAGE).contains(&status.message.len()), "{}", status.message.len());
        assert_eq!(counts, [0; 3]);
        assert_eq!(cut, otlp::Span { status: cut.status.clone(), ..whole }, "the rest is as it was");
    }
}

#[test]
fn a_span_that_fits_is_not_looked_at_and_one_that_cannot_fit_is_lost() {
    let small = Bytes::from(span(&[10], 1).encode_to_vec());
    assert_eq!(oversize(&small, small.len()), None);
    let named = otlp::Span { name: "x".repeat(2000), ..span(&[10], 1) };
    assert_eq!(oversize(&named.encode_to_vec().into(), 1000).unwrap().cut, None);
}
