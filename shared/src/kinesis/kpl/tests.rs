use proptest::prelude::*;

use super::*;

fn user_record(partition_key: &str, data: &[u8]) -> UserRecord {
    UserRecord {
        partition_key: partition_key.into(),
        explicit_hash_key: None,
        data: Bytes::copy_from_slice(data),
        tags: Vec::new(),
    }
}

fn deaggregate(data: &Bytes) -> Option<Vec<UserRecord>> {
    let aggregate = Aggregate::read(data)?;
    let records: Vec<_> = (0..aggregate.len()).map(|place| aggregate.user_record(place)).collect();
    for (place, record) in records.iter().enumerate() {
        assert_eq!(aggregate.partition_key(place), &*record.partition_key);
    }
    Some(records)
}

/// Frames a message by hand, as [`aggregate`] frames its own.
fn framed(message: &[u8]) -> Bytes {
    [&MAGIC, message, &Md5::digest(message)].concat().into()
}

#[test]
fn the_bytes_are_those_of_the_format_description() {
    let with_tag = UserRecord {
        explicit_hash_key: Some(HashKey::of("x")),
        tags: vec![("k".into(), "v".into())],
        ..user_record("g", b"hi")
    };
    let hash_key = HashKey::of("x").to_string();
    let mut message = b"\x0a\x01g".to_vec();
    message.extend([0x12, u8::try_from(hash_key.len()).unwrap()]);
    message.extend(hash_key.as_bytes());
    message.extend(b"\x1a\x10\x08\x00\x10\x00\x1a\x02hi\x22\x06\x0a\x01k\x12\x01v");
    message.extend(b"\x1a\x06\x08\x00\x1a\x02ho");
    assert_eq!(aggregate([with_tag.clone(), user_record("g", b"ho")]), framed(&message));
    assert_eq!(deaggregate(&framed(&message)).unwrap(), [with_tag, user_record("g", b"ho")]);
}

#[test]
fn a_damaged_aggregate_is_an_ordinary_payload() {
    let good = Bytes::from(aggregate([user_record("g", b"hi")]));
    let flipped: Bytes = good.iter().enumerate().map(|(at, byte)| if at == 13 { byte ^ 1 } else { *byte }).collect();
    let table = [
        ("nothing", Bytes::new()),
        ("the magic bytes alone", MAGIC.to_vec().into()),
        ("one byte of the digest missing", good.slice(..good.len() - 1)),
        ("a byte after the digest", [&good[..], b"x"].concat().into()),
        ("no magic bytes", good.slice(MAGIC.len()..)),
        ("a changed byte", flipped),
        ("no protobuf", framed(b"\xff\xff\xff")),
        ("no record", framed(b"\x0a\x01g")),
        ("no message", framed(b"")),
        ("a record without a partition key", framed(b"\x0a\x01g\x1a\x04\x1a\x02hi")),
        ("a record without data", framed(b"\x0a\x01g\x1a\x02\x08\x00")),
        ("a partition key beyond the table", framed(b"\x0a\x01g\x1a\x06\x08\x01\x1a\x02hi")),
        ("a hash key beyond the table", framed(b"\x0a\x01g\x1a\x08\x08\x00\x10\x00\x1a\x02hi")),
        ("a tag without a name", framed(b"\x0a\x01g\x1a\x0b\x08\x00\x1a\x02hi\x22\x03\x12\x01v")),
        ("a key that is not text", framed(b"\x0a\x01\xff\x1a\x06\x08\x00\x1a\x02hi")),
        ("a table of numbers", framed(b"\x08\x01\x0a\x01g\x1a\x06\x08\x00\x1a\x02hi")),
        ("a record longer than the message", framed(b"\x0a\x01g\x1a\x7f\x08\x00\x1a\x02hi")),
        ("a hash key that is not text", framed(b"\x0a\x01g\x12\x01\xff\x1a\x06\x08\x00\x1a\x02hi")),
        ("one bad record among good ones", framed(b"\x0a\x01g\x1a\x06\x08\x00\x1a\x02hi\x1a\x06\x08\x07\x1a\x02hi")),
    ];
    for (what, data) in table {
        assert_eq!(deaggregate(&data), None, "{what}");
        assert!(!is_aggregate(&data), "{what}");
    }
    assert!(is_aggregate(&good));
}

#[test]
fn a_malformed_hash_key_is_absent_and_unknown_fields_are_skipped() {
    for message in [
        &b"\x0a\x01g\x12\x01x\x1a\x08\x08\x00\x10\x00\x1a\x02hi"[..],
        b"\x0a\x01g\x12\x02+5\x1a\x08\x08\x00\x10\x00\x1a\x02hi",
        b"\x0a\x01g\x1a\x06\x08\x00\x1a\x02hi\x28\x07",
    ] {
        assert_eq!(deaggregate(&framed(message)).unwrap(), [user_record("g", b"hi")]);
    }
}

#[test]
fn records_share_their_key() {
    let records = deaggregate(&aggregate([user_record("g", b"1"), user_record("g", b"2")]).into()).unwrap();
    assert!(Arc::ptr_eq(&records[0].partition_key, &records[1].partition_key));
}

/// However many keys take turns, they are not looked up in vain, and what is kept of them is bounded.
#[test]
fn more_keys_than_are_kept_are_made_anew() {
    let keys = (0..3000).map(|n| user_record(&format!("key-{n}"), b""));
    let aggregate = Aggregate::read(&aggregate(keys).into()).unwrap();
    for round in 0..2 {
        for place in 0..aggregate.len() {
            assert_eq!(&*aggregate.user_record(place).partition_key, format!("key-{place}"), "{round}");
        }
    }
}

/// A key may be as long as all records that refer to it: to look through it for each would take quadratic time.
#[test]
fn a_long_key_is_looked_through_once() {
    let (long, others) = ("k".repeat(100_000), (0..3000).map(|n| user_record(&format!("key-{n}"), b"")));
    let records = std::iter::once(user_record(&long, b"")).chain(others).chain([user_record(&long, b"")]);
    let aggregate = Aggregate::read(&aggregate(records).into()).unwrap();
    let keys = [0, aggregate.len() - 1].map(|place| (aggregate.user_record(place).partition_key, place));
    for (key, place) in &keys {
        assert_eq!(**key, long);
        assert!(Arc::ptr_eq(key, &keys[0].0), "it was copied again");
        assert_eq!(aggregate.partition_key(*place).as_ptr(), key.as_ptr(), "it was checked again");
    }
}

#[test]
fn a_long_hash_key_is_read_as_a_short_one_is() {
    let zeros = "0".repeat(2000);
    for (text, expected) in [(format!("{zeros}7"), "7".to_owned().try_into().ok()), (format!("{zeros}x"), None)] {
        let length = [0x80 | u8::try_from(text.len() & 0x7f).unwrap(), u8::try_from(text.len() >> 7).unwrap()];
        let message = [b"\x0a\x01g\x12", &length[..], text.as_bytes(), b"\x1a\x08\x08\x00\x10\x00\x1a\x02hi"].concat();
        let expected = UserRecord { explicit_hash_key: expected, ..user_record("g", b"hi") };
        assert_eq!(deaggregate(&framed(&message)).unwrap(), [expected]);
    }
}

/// The tables may stand after what refers to them: protobuf has no order of fields.
#[test]
fn a_table_may_follow_its_records() {
    let data = framed(b"\x1a\x08\x08\x00\x10\x00\x1a\x02hi\x0a\x01g\x12\x017");
    let expected = UserRecord { explicit_hash_key: "7".to_owned().try_into().ok(), ..user_record("g", b"hi") };
    assert_eq!(deaggregate(&data).unwrap(), [expected]);
}

#[test]
fn the_data_is_not_copied() {
    let aggregate = Bytes::from(aggregate([user_record("g", b"payload")]));
    let data = deaggregate(&aggregate).unwrap().remove(0).data;
    assert!(aggregate.as_ptr_range().contains(&data.as_ptr()));
}

fn user_records() -> impl Strategy<Value = Vec<UserRecord>> {
    let record = (
        "[a-cé]{1,3}",
        prop::option::of("[a-c]"),
        prop::collection::vec(any::<u8>(), 0..20),
        prop::collection::vec(("[a-z]{0,3}", "[a-zé]{0,3}"), 0..3),
    );
    let record = record.prop_map(|(partition_key, hashed, data, tags)| UserRecord {
        partition_key: partition_key.into(),
        explicit_hash_key: hashed.map(|key| HashKey::of(&key)),
        data: data.into(),
        tags,
    });
    prop::collection::vec(record, 1..6)
}

proptest! {
    #[test]
    fn what_was_packed_is_unpacked_in_its_order(records in user_records()) {
        prop_assert_eq!(deaggregate(&aggregate(records.clone()).into()), Some(records));
    }

    #[test]
    fn any_bytes_with_a_good_digest_are_read_without_a_panic(message in prop::collection::vec(any::<u8>(), 0..60)) {
        deaggregate(&framed(&message));
    }
}
