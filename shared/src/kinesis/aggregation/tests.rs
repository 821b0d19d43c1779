use proptest::prelude::*;

use super::*;
use crate::context::fields::Fields;
use crate::context::injection::Injection;
use crate::context::order::{Order, ProducerId};
use crate::kinesis::carrier::Carrier;
use crate::kinesis::hash_key::HashKey;
use crate::kinesis::reader::Reader;
const LIMIT: usize = 1 << 20;

fn fields() -> Fields {
    let mut fields = Fields::default();
    fields.set("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned());
    fields
}

fn injected(carrier: Carrier, sequence: u64, hash_key: Option<HashKey>) -> Record {
    let mut record = Record::new("user-42", format!(r#"{{"n":{sequence}}}"#));
    record.explicit_hash_key = hash_key;
    let order = Order { producer: ProducerId::from_bits(1), sequence };
    assert_eq!(carrier.inject(&mut record, &fields(), Some(order), LIMIT), Injection::Injected);
    record
}

#[test]
fn each_record_of_a_pack_reads_as_if_it_had_travelled_by_itself() {
    for carrier in [Carrier::Envelope, Carrier::Member, Carrier::Datadog, Carrier::Aggregate] {
        for hash_key in [None, Some(HashKey::of("elsewhere"))] {
            let records: Vec<_> = (0..3).map(|sequence| injected(carrier, sequence, hash_key)).collect();
            let pack = pack(&records[0], &records[1..]);
            assert_eq!((pack.partition_key.as_str(), pack.explicit_hash_key), ("user-42", hash_key));
            let read = Reader::default().read(pack.data.into(), Some("user-42"));
            assert_eq!(read.len(), 3);
            for (index, (read, record)) in read.into_iter().zip(records).enumerate() {
                let alone = Reader::default().read(record.data.into(), Some("user-42")).remove(0);
                let place = read.user_record.unwrap();
                assert_eq!((&*place.partition_key, place.explicit_hash_key), ("user-42", hash_key));
                assert_eq!(place.sub_sequence_number, index as u64);
                assert_eq!((read.format, read.fields, read.order), (alone.format, alone.fields, alone.order));
                assert_eq!(read.payload, alone.payload);
            }
        }
    }
}

#[test]
fn an_aggregate_of_another_program_travels_by_itself() {
    let inside = |key: &str, hash_key| UserRecord {
        partition_key: key.into(),
        explicit_hash_key: hash_key,
        data: "x".into(),
        tags: Vec::new(),
    };
    let table = [
        (vec![inside("user-42", None)], true),
        (vec![inside("user-42", None), inside("user-42", None)], false),
        (vec![inside("user-43", None)], false),
        (vec![inside("user-42", Some(HashKey::of("user-42")))], false),
    ];
    for (records, joins) in table {
        let record = Record::new("user-42", kpl::aggregate(records));
        assert_eq!(super::joins(&record), joins, "{record:?}");
    }
    let damaged = Record::new("user-42", [&kpl::MAGIC[..], b"what readers take for a payload"].concat());
    assert!(joins(&damaged));
}

/// A dead letter is put again without the records that stood next to it, and must read as it did.
#[test]
fn a_record_that_is_taken_out_of_an_aggregate_is_read_as_it_was_within() {
    let hash_key = Some(HashKey::of("user-43"));
    let inside = |key: &str, explicit_hash_key, data: &'static [u8], tags: &[(&str, &str)]| UserRecord {
        partition_key: key.into(),
        explicit_hash_key,
        data: data.into(),
        tags: tags.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect(),
    };
    let traceparent = ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    let order = ("order", r#"{"producer":"0000000000000001","sequence":7}"#);
    let envelope = br#"{"_otel":{"baggage":"tenant=7"},"data": {"n":1.0}}"#;
    let records = [
        inside("user-42", None, b"plain", &[]),
        inside("user-43", hash_key, b"\xff\x00", &[traceparent, order]),
        inside("user-42", hash_key, envelope, &[("theirs", "1")]),
    ];
    let data: Bytes = kpl::aggregate(records).into();
    let within = Reader::default().read(data.clone(), None);
    for (place, within) in (0..).zip(within) {
        let [taken_out] = &Reader::default().read(alone(&data, place).unwrap(), None)[..] else { panic!("{place}") };
        let (there, here) = (within.user_record.as_ref().unwrap(), taken_out.user_record.as_ref().unwrap());
        assert_eq!((&here.partition_key, here.explicit_hash_key), (&there.partition_key, there.explicit_hash_key));
        assert_eq!((&taken_out.payload, taken_out.format), (&within.payload, within.format), "{place}");
        assert_eq!((&taken_out.fields, taken_out.order), (&within.fields, within.order), "{place}");
    }
    let only = alone(&data, 1).unwrap();
    assert_eq!(alone(&only, 0).unwrap(), only, "to the byte");
    assert_eq!((alone(&data, 3), alone(&"plain".into(), 0)), (None, None));
}

proptest! {
    /// Or a pack could exceed the limit of a request or of the stream.
    #[test]
    fn a_pack_is_never_larger_than_was_said(
        key in "[a-zß]{1,256}",
        hash_key in prop::option::of(any::<u128>().prop_map(HashKey::from)),
        sizes in prop::collection::vec(0..40_000_usize, 1..5),
        aggregate in any::<bool>(),
    ) {
        let record = |(sequence, size): (usize, usize)| {
            let mut record = Record::new(key.clone(), vec![b'x'; size]);
            record.explicit_hash_key = hash_key;
            if aggregate {
                let order = Order { producer: ProducerId::from_bits(1), sequence: sequence as u64 };
                Carrier::Aggregate.inject(&mut record, &fields(), Some(order), LIMIT);
            }
            record
        };
        let records: Vec<_> = sizes.into_iter().enumerate().map(record).collect();
        let said = frame_bytes(&key) + records.iter().map(packed_bytes).sum::<usize>();
        prop_assert!(pack(&records[0], &records[1..]).size() <= said);
    }
}
