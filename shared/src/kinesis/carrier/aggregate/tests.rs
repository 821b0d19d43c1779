use super::*;
use crate::Format;
use crate::context::order::ProducerId;
use crate::kinesis::extraction::Extraction;
use crate::kinesis::hash_key::HashKey;
use crate::kinesis::reader::Reader;

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const LIMIT: usize = 1 << 20;

fn fields() -> Fields {
    let mut fields = Fields::default();
    fields.set("traceparent", TRACEPARENT.to_owned());
    fields.set("my-context", "1".to_owned());
    fields
}

fn order() -> Order {
    Order { producer: ProducerId::from_bits(0x0123_4567_89ab_cdef), sequence: 3 }
}

fn read(record: &Record) -> Extraction {
    let mut records = Reader::default().read(record.data.clone().into(), Some(&record.partition_key));
    assert_eq!(records.len(), 1);
    records.remove(0)
}

#[test]
fn any_payload_comes_back_exactly_with_its_context_and_count() {
    let inner = kpl::MAGIC;
    for payload in [&b""[..], b"{}", b"\xff\x01", b"{\"_otel\":{},\"data\":1}", b"{\"traceparent\":\"x\"}", &inner] {
        for order in [None, Some(order())] {
            let mut record = Record::new("user-42", payload);
            assert_eq!(inject(&mut record, &fields(), order, LIMIT), Injection::Injected);
            let read = read(&record);
            assert_eq!((read.format, read.fields, read.order), (Format::Aggregate, fields(), order));
            assert_eq!(read.payload, payload);
        }
    }
}

#[test]
fn the_user_record_belongs_where_its_kinesis_record_is() {
    for hash_key in [None, Some(HashKey::of("elsewhere"))] {
        let mut record = Record::new("user-42", "payload");
        record.explicit_hash_key = hash_key;
        inject(&mut record, &fields(), None, LIMIT);
        assert_eq!((record.partition_key.as_str(), record.explicit_hash_key), ("user-42", hash_key));
        let own = read(&record).user_record.unwrap();
        assert_eq!((&*own.partition_key, own.explicit_hash_key), ("user-42", hash_key));
        assert_eq!(own.sub_sequence_number, 0);
    }
}

#[test]
fn a_record_that_cannot_carry_the_context_is_left_as_it_was() {
    let mut baggage = Fields::default();
    baggage.set("baggage", "a=b".to_owned());
    let mut aggregate = Record::new("k", "{}");
    inject(&mut aggregate, &fields(), None, LIMIT);
    let table = [
        (b"{}".to_vec(), Fields::default(), Injection::NoContext),
        (b"{}".to_vec(), baggage, Injection::Unsupported),
        (aggregate.data, fields(), Injection::AlreadyPresent),
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
    let mut record = Record::new("k", "{}");
    inject(&mut record, &fields(), None, LIMIT);
    let size = record.size();
    for (limit, expected) in [(size, Injection::Injected), (size - 1, Injection::TooLarge)] {
        assert_eq!(inject(&mut Record::new("k", "{}"), &fields(), None, limit), expected);
    }
}

#[test]
fn the_count_travels_even_without_a_context() {
    let mut record = Record::new("k", "1");
    assert_eq!(inject(&mut record, &Fields::default(), Some(order()), LIMIT), Injection::NoContext);
    assert_eq!((read(&record).order, read(&record).payload.as_ref()), (Some(order()), b"1".as_slice()));
}

#[test]
fn tags_without_a_context_are_left_alone() {
    let tags = [("traceparent", "00"), ("order", "first"), ("colour", "red")];
    let tags = tags.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let data = format!(r#"{{"a":1,"traceparent":"{TRACEPARENT}"}}"#);
    let user_record =
        UserRecord { partition_key: "k".into(), explicit_hash_key: None, data: data.clone().into(), tags };
    let read = read(&Record::new("a", kpl::aggregate([user_record])));
    assert_eq!((read.format, read.payload.as_ref()), (Format::W3cMember, data.as_bytes()));
    assert_eq!(read.fields.get("traceparent"), Some(TRACEPARENT));
}
