use proptest::prelude::*;

use super::*;
use crate::context::order::ProducerId;
use crate::kafka::headers::Headers;

const W3C: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const STALE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-1111111111111111-01";
const B3: &str = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1";
const ROOM: usize = 100_000;

type Pairs<'a> = &'a [(&'a str, &'a str)];

fn fields(list: Pairs<'_>) -> Fields {
    let mut fields = Fields::default();
    list.iter().for_each(|(name, value)| fields.set(name, (*value).to_owned()));
    fields
}

/// A value `-` is null.
fn headers(list: Pairs<'_>) -> Headers {
    let value = |value: &str| (value != "-").then(|| bytes::Bytes::copy_from_slice(value.as_bytes()));
    list.iter().map(|(name, text)| ((*name).into(), value(text))).collect()
}

fn order(sequence: u64) -> Option<Order> {
    Some(Order { producer: ProducerId::from_bits(0xab), sequence })
}

#[test]
fn every_header_of_an_earlier_hop_goes_whatever_its_case_and_others_stay() {
    let before = headers(&[
        ("traceparent", STALE),
        ("a", "1"),
        ("TraceParent", STALE),
        ("a", "-"),
        ("TRACESTATE", "-"),
        ("a", ""),
        ("traceparent-2", "x"),
        ("Kinetrace-Order", "00000000000000ff-1"),
        ("a", "1"),
    ]);
    let new = fields(&[("baggage", "k=v"), ("tracestate", "a=1"), ("traceparent", W3C)]);
    let mut list = before.clone();
    assert_eq!(inject(&mut list, &new, order(7), ROOM), Injection::Injected);
    let expected = [
        ("a", "1"),
        ("a", "-"),
        ("a", ""),
        ("traceparent-2", "x"),
        ("a", "1"),
        ("traceparent", W3C),
        ("tracestate", "a=1"),
        ("baggage", "k=v"),
        ("kinetrace-order", "00000000000000ab-7"),
    ];
    assert_eq!(list, headers(&expected));
    assert_eq!(before.len(), 9, "a clone is another list");
}

#[test]
fn what_describes_the_earlier_span_goes_with_it() {
    const MULTI: [(&str, &str); 2] = [("x-b3-traceid", "a3ce929d0e0e4736"), ("x-b3-spanid", "00f067aa0ba902b7")];
    let all = [
        ("traceparent", STALE),
        ("tracestate", "stale=1"),
        ("baggage", "stale=1"),
        ("b3", "0"),
        ("X-B3-TraceId", "1"),
        ("x-b3-spanid", "1"),
        ("x-b3-sampled", "1"),
        ("x-b3-flags", "1"),
        ("x-b3-parentspanid", "1"),
        ("x-amzn-trace-id", "1"),
        ("x-datadog-trace-id", "1"),
        ("ce_traceparent", STALE),
        ("ce_tracestate", "a=1"),
        ("kinetrace-order", "00000000000000ff-1"),
    ];
    let table: [(Pairs<'_>, &[&str]); 5] = [
        (&[("traceparent", W3C)], &["traceparent", "tracestate", "baggage", "kinetrace-order"]),
        (&[("b3", B3)], &["b3", "kinetrace-order"]),
        (
            &MULTI,
            &["X-B3-TraceId", "x-b3-spanid", "x-b3-sampled", "x-b3-flags", "x-b3-parentspanid", "kinetrace-order"],
        ),
        (&[("baggage", "k=v")], &["baggage", "kinetrace-order"]),
        (&[], &["kinetrace-order"]),
    ];
    for (new, gone) in table {
        let mut list = headers(&all);
        inject(&mut list, &fields(new), order(1), ROOM);
        let kept: Vec<_> = all.iter().copied().filter(|(name, _)| !gone.contains(name)).collect();
        let added = [new, &[("kinetrace-order", "00000000000000ab-1")]].concat();
        assert_eq!(list, headers(&[kept, added].concat()), "{new:?}");
    }
}

#[test]
fn names_are_written_in_lower_case_and_once() {
    let mut list = Headers::default();
    inject(&mut list, &fields(&[("X-Custom", "1"), ("x-custom", "2"), ("B3", B3)]), None, ROOM);
    assert_eq!(list, headers(&[("x-custom", "2"), ("b3", B3)]));
}

#[test]
fn without_a_context_headers_stay_as_they_were() {
    let before = headers(&[("Traceparent", STALE), ("kinetrace-order", "00000000000000ff-1"), ("a", "-")]);
    let mut list = before.clone();
    assert_eq!(inject(&mut list, &Fields::default(), None, ROOM), Injection::NoContext);
    assert_eq!(list, before);
    // A count travels without one, and the earlier context stays the record's.
    assert_eq!(inject(&mut list, &Fields::default(), order(7), ROOM), Injection::NoContext);
    assert_eq!(list, headers(&[("Traceparent", STALE), ("a", "-"), ("kinetrace-order", "00000000000000ab-7")]));
}

#[test]
fn without_room_headers_stay_as_they_were_and_what_is_replaced_makes_room() {
    let new = fields(&[("traceparent", W3C)]);
    let size = header_size("traceparent", Some(W3C.as_bytes()));
    let count = header_size("kinetrace-order", Some(b"00000000000000ab-7"));
    for (before, order, room, expected) in [
        (headers(&[("a", "1")]), None, size, Injection::Injected),
        (headers(&[("a", "1")]), None, size - 1, Injection::TooLarge),
        (headers(&[("a", "1")]), None, 0, Injection::TooLarge),
        (headers(&[("a", "1")]), order(7), size + count, Injection::Injected),
        (headers(&[("a", "1")]), order(7), size + count - 1, Injection::TooLarge),
        (headers(&[("Traceparent", STALE)]), None, 0, Injection::Injected),
        (headers(&[("Traceparent", "-"), ("a", STALE)]), None, size - 14, Injection::TooLarge),
        (headers(&[("Traceparent", "-"), ("a", STALE)]), None, size - 13, Injection::Injected),
        (headers(&[("traceparent", STALE)]), None, usize::MAX, Injection::Injected),
    ] {
        let mut list = before.clone();
        assert_eq!(inject(&mut list, &new, order, room), expected, "{before:?} {room}");
        assert_eq!(list == before, expected == Injection::TooLarge, "{before:?} {room}");
    }
}

#[test]
fn a_context_stays_where_that_is_asked_for() {
    let new = fields(&[("traceparent", W3C)]);
    for (before, expected) in [
        (&[("Traceparent", STALE)][..], Injection::AlreadyPresent),
        (&[("b3", B3)], Injection::AlreadyPresent),
        (&[("x-datadog-trace-id", "1"), ("x-datadog-parent-id", "1")], Injection::AlreadyPresent),
        (&[("traceparent", "00")], Injection::Injected),
        (&[("traceparent", "-")], Injection::Injected),
        (&[("baggage", "k=v")], Injection::Injected),
        (&[("ce_traceparent", STALE)], Injection::Injected),
        (&[], Injection::Injected),
    ] {
        let mut list = headers(before);
        assert_eq!(inject_unless_present(&mut list, &new, None, ROOM), expected, "{before:?}");
        assert_eq!(list == headers(before), expected == Injection::AlreadyPresent, "{before:?}");
    }
}

/// What the propagators of one hop write, of one span.
fn any_fields() -> impl Strategy<Value = Fields> {
    let all = [
        ("traceparent", W3C),
        ("tracestate", "a=1,b=2"),
        ("baggage", "k=v"),
        ("b3", B3),
        ("x-amzn-trace-id", "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Parent=00f067aa0ba902b7;Sampled=1"),
    ];
    proptest::sample::subsequence(all.to_vec(), 0..=all.len())
        .prop_map(|list| fields(&list))
        .prop_filter("a tracestate needs its traceparent", |fields| {
            fields.get("traceparent").is_some() || fields.get("tracestate").is_none()
        })
}

fn any_headers() -> impl Strategy<Value = Headers> {
    let name = prop_oneof![
        "[tT]race[pP]arent|[tT]racestate|BAGGAGE|[bB]3|X-Amzn-Trace-Id|kinetrace-order|x-datadog-trace-id|uber-trace-id",
        ".{0,6}",
    ];
    let bytes = proptest::collection::vec(any::<u8>(), 0..8);
    let value = prop_oneof![Just(None), Just(Some(STALE.as_bytes().to_vec())), bytes.prop_map(Some)];
    let header = (name, value).prop_map(|(name, value)| (name.into(), value.map(Into::into)));
    proptest::collection::vec(header, 0..12).prop_map(|list| list.into_iter().collect())
}

proptest! {
    #[test]
    fn others_keep_their_place_and_bytes_and_what_was_injected_is_read(
        before in any_headers(),
        fields in any_fields(),
        count in proptest::option::of(any::<u64>()),
    ) {
        let order = count.and_then(order);
        let mut list = before.clone();
        let injection = inject(&mut list, &fields, order, ROOM);
        let replaced = replaced_by(&fields);
        if fields.is_empty() && order.is_none() {
            prop_assert_eq!(&list, &before);
            return Ok(());
        }
        prop_assert_eq!(injection, if fields.is_empty() { Injection::NoContext } else { Injection::Injected });
        let others = |list: &Headers| -> Vec<_> {
            list.iter().filter(|(name, _)| !contain(&replaced, name)).map(|(name, value)| (name.to_owned(), value.cloned())).collect()
        };
        prop_assert_eq!(others(&list), others(&before));
        for (name, value) in fields.iter() {
            let own: Vec<_> = list.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name)).collect();
            prop_assert_eq!(own, [(name, Some(&bytes::Bytes::copy_from_slice(value.as_bytes())))]);
        }
        let read = extract(&list);
        prop_assert_eq!(read.order, order);
        if fields.get("traceparent").is_some() {
            prop_assert_eq!(read.fields, fields.clone());
        }
        let once = list.clone();
        inject(&mut list, &fields, order, 0);
        prop_assert_eq!(list, once);
    }
}
