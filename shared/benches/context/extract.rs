//! What it takes to read a record.

use bytes::Bytes;
use kinetrace::{Carrier, Fields, Order, ProducerId, Reader, Record};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::measurement::{Calls, Case, figures, goal, of};
use crate::payload::{TRACEPARENT, flights, text};

pub(crate) fn run(calls: Calls) {
    println!("\npayload  bytes     case                              ns  ns/KiB   allocations");
    let mut envelopes = Vec::new();
    for bytes in [200, 1 << 10, 64 << 10, 1 << 20] {
        for (kind, payload) in [("flights", flights(bytes)), ("text", text(bytes))] {
            let figures = figures(cases(&payload), bytes, calls);
            for it in &figures {
                let by_size = it.nanoseconds * 1024.0 / bytes as f64;
                println!(
                    "{kind:<8} {bytes:<9} {:<26} {:>9.0} {by_size:>7.0} {:>6}",
                    it.name, it.nanoseconds, it.allocations
                );
            }
            envelopes.push((kind, bytes, of(&figures, "envelope").nanoseconds));
        }
    }
    println!();
    for kind in ["flights", "text"] {
        let ns = |bytes: usize| envelopes.iter().find(|it| (it.0, it.1) == (kind, bytes)).map_or(1.0, |it| it.2);
        goal(&format!("extract, canonical envelope, {kind}, 1 MiB against 1 KiB"), ns(1 << 20) / ns(1 << 10), "≤ 1.5");
        println!("  one look at each byte of it: {:.2} GB/s", f64::from(1 << 20) / ns(1 << 20));
    }
}

fn cases(payload: &[u8]) -> Vec<Case<'_>> {
    let order = Some(Order { producer: ProducerId::from_bits(0x0123_4567_89ab_cdef), sequence: 7 });
    let mut fields = Fields::default();
    fields.set("traceparent", TRACEPARENT.to_owned());
    let injected = |carrier: Carrier, order| {
        let mut record = Record::new("N14228", payload);
        carrier.inject(&mut record, &fields, order, usize::MAX);
        record.data
    };
    let read = |name, data: Vec<u8>| {
        let data = Bytes::from(data);
        let call = |data| Reader::default().records(data, None).get(0);
        Case::new(name, move || data.clone(), call)
    };
    let object = payload.strip_prefix(b"{").unwrap_or(b"\"n\":1}");
    let beside = |member: &str| [b"{", member.as_bytes(), b",", object].concat();
    let lenient =
        [&br#"{"data":"#[..], payload, br#", "_otel":{"traceparent":""#, TRACEPARENT.as_bytes(), b"\"}}"].concat();
    vec![
        read("plain", payload.to_vec()),
        read("plain, with an escape", beside(r#""caf\u0065":1"#)),
        read("binary", [&[0], payload].concat()),
        read("envelope", injected(Carrier::Envelope, None)),
        read("envelope with order", injected(Carrier::Envelope, order)),
        read("envelope, other spelling", lenient),
        read("member", injected(Carrier::Member, None)),
        read("aggregate", injected(Carrier::Aggregate, order)),
        read("otel of others", beside(&format!(r#""_otel":{{"traceparent":"{TRACEPARENT}"}}"#))),
        Case::new("serde_json, RawValue", || (), |()| serde_json::from_slice::<&RawValue>(payload).is_ok()),
        Case::new("serde_json, Value", || (), |()| serde_json::from_slice::<Value>(payload).is_ok()),
    ]
}
