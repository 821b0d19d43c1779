//! The bytes as data, as the message of an aggregated record, as the data of a record in it, and as payload and fields.

#![no_main]

use invariants::{MAGIC, context, context_of, read, round_trip, round_trips};
use kinetrace::{Carrier, Fields, Format};
use libfuzzer_sys::fuzz_target;
use md5::{Digest as _, Md5};

fuzz_target!(|bytes: &[u8]| {
    read(&[&MAGIC, bytes].concat());
    let aggregate = aggregate(bytes);
    read(&aggregate);
    round_trips(&aggregate);
    check_inside(bytes);

    round_trip(Carrier::Aggregate, bytes, &context());
    round_trip(Carrier::Aggregate, bytes, &Fields::default());
    round_trip(Carrier::Aggregate, br#"{ "n": 1.0 }"#, &context_of(bytes));
});

/// A record is read alike inside an aggregate and by itself, except that an aggregate is a payload there.
fn check_inside(data: &[u8]) {
    let Some(message) = message_of(data) else { return };
    let records = read(&aggregate(&message));
    let [first, inside, last] = &records[..] else { panic!("{records:?}") };
    assert!(first.payload.is_empty() && last.payload.is_empty());
    let mut alone = read(data).remove(0);
    if alone.user_record.is_some() {
        assert_eq!((inside.format, inside.payload.as_ref()), (Format::None, data));
    } else {
        alone.user_record.clone_from(&inside.user_record);
        assert_eq!(*inside, alone);
    }
}

fn aggregate(message: &[u8]) -> Vec<u8> {
    [&MAGIC, message, &Md5::digest(message)].concat()
}

/// Three records of one key, and `data` is that of the second.
fn message_of(data: &[u8]) -> Option<Vec<u8>> {
    let key = [&[0x0A, 7], b"user-42".as_slice()].concat();
    let empty = [0x1A, 4, 0x08, 0, 0x1A, 0];
    let length = varint(data.len())?;
    let record = [&[0x08, 0, 0x1A], length.as_slice(), data].concat();
    Some([key.as_slice(), &empty, &[0x1A], &varint(record.len())?, &record, &empty].concat())
}

/// Up to two bytes, which is as long as fuzzed data gets.
fn varint(number: usize) -> Option<Vec<u8>> {
    let (low, high) = (u8::try_from(number & 0x7F).ok()?, u8::try_from(number >> 7).ok()?);
    match high {
        0 => Some(vec![low]),
        1..0x80 => Some(vec![low | 0x80, high]),
        _ => None,
    }
}
