//! JSON objects of many members, which a context is put into, and read from.

use std::fmt::Write as _;

use bytes::Bytes;
use kinetrace::{Carrier, Fields, Injection, Reader, Record};

use crate::Failure;
use crate::curve::Curve;
use crate::picture::{Memory, Picture};
use crate::size::Size;

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

pub(crate) fn picture(size: Size) -> Result<Picture, Failure> {
    let sizes = size.decades(10, 100_000);
    let curves = vec![
        Curve::of("put into an envelope", &sizes, |members| injected(Carrier::Envelope, plain(members)))?,
        Curve::of("put next to the members", &sizes, |members| injected(Carrier::Member, plain(members)))?,
        Curve::of("put next to members with escaped names", &sizes, |members| {
            injected(Carrier::Member, escaped(members))
        })?,
        Curve::of("read, members without a context", &sizes, |members| read(plain(members)))?,
        Curve::of("read, members with escaped names", &sizes, |members| read(escaped(members)))?,
    ];
    let title = "A payload of many members";
    Ok(Picture { file: "objects", title, item: "member", items: "members", memory: Memory::PerItem, curves })
}

fn injected(carrier: Carrier, object: String) -> Result<impl FnMut() -> Result<Record, Failure>, Failure> {
    let mut fields = Fields::default();
    fields.set("traceparent", TRACEPARENT.to_owned());
    Ok(move || {
        let mut record = Record::new("N14228", object.as_bytes());
        match carrier.inject(&mut record, &fields, None, usize::MAX) {
            Injection::Injected => Ok(record),
            injection => Err(format!("{carrier}: {injection}").into()),
        }
    })
}

fn read(object: String) -> Result<impl FnMut() -> Result<usize, Failure>, Failure> {
    let data = Bytes::from(object);
    Ok(move || Ok(Reader::default().read(data.clone(), Some("N14228")).len()))
}

fn plain(members: usize) -> String {
    object(members, "member")
}

/// As some serialisers write what is not ASCII: each name has to be unescaped before it can be told from `traceparent`.
fn escaped(members: usize) -> String {
    object(members, "m\\u0065mb\\u0065r")
}

fn object(members: usize, name: &str) -> String {
    let mut object = String::from("{");
    for member in 0..members {
        let comma = if member == 0 { "" } else { "," };
        // Writing to memory does not fail.
        let _ = write!(object, r#"{comma}"{name}-{member}":{member}"#);
    }
    object + "}"
}
