//! The bytes as data, as the members of an object, also after members that we might have written, and as fields.

#![no_main]

use invariants::{TRACEPARENT, context, context_in_other_words, context_of, read, round_trip};
use kinetrace::Carrier;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    let object = [b"{", bytes, b"}"].concat();
    read(&object);
    read(&[br#"{"traceparent":""#, TRACEPARENT.as_bytes(), br#"","#, bytes, b"}"].concat());
    read(&[br#"{"traceparent":""#, TRACEPARENT.as_bytes(), br#"","baggage":"#, bytes, br#","n":1.0}"#].concat());

    round_trip(Carrier::Member, bytes, &context());
    round_trip(Carrier::Member, &object, &context_in_other_words());
    round_trip(Carrier::Member, br#"{ "n": 1.0 }"#, &context_of(bytes));
});
