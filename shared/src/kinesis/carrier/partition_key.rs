//! The partition key is the `traceparent`, and the explicit hash key keeps the record on its group's shard.

use bytes::Bytes;

use crate::context::fields::Fields;
use crate::context::injection::Injection;
use crate::context::traceparent;
use crate::kinesis::hash_key::HashKey;
use crate::kinesis::reader::Reader;
use crate::kinesis::record::Record;

pub(crate) fn inject(record: &mut Record, fields: &Fields, limit: usize) -> Injection {
    if fields.is_empty() {
        return Injection::NoContext;
    }
    // A forwarder that kept the partition key has kept the context; hashing it again would move the record. And nobody
    // would look at the key of data that tells a context itself.
    if traceparent::is_valid(&record.partition_key) || carries_context(&record.data) {
        return Injection::AlreadyPresent;
    }
    let Some(traceparent) = fields.get(traceparent::NAME).filter(|text| traceparent::is_valid(text)) else {
        return Injection::Unsupported;
    };
    if record.data.len() + traceparent.len() > limit {
        return Injection::TooLarge;
    }
    let group = std::mem::replace(&mut record.partition_key, traceparent.to_owned());
    record.explicit_hash_key.get_or_insert_with(|| HashKey::of(&group));
    Injection::Injected
}

fn carries_context(data: &[u8]) -> bool {
    let records = Reader::default().records(Bytes::copy_from_slice(data), None);
    records.into_iter().any(|record| record.fields.name_a_trace())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const LIMIT: usize = 100;

    fn fields() -> Fields {
        let mut fields = Fields::default();
        fields.set(traceparent::NAME, TRACEPARENT.to_owned());
        fields
    }

    #[test]
    fn the_record_stays_where_its_group_belongs() {
        let mut record = Record::new("user-42", "payload");
        assert_eq!(inject(&mut record, &fields(), LIMIT), Injection::Injected);
        assert_eq!(record.partition_key, TRACEPARENT);
        assert_eq!(record.explicit_hash_key, Some(HashKey::of("user-42")));
        assert_eq!(record.data, b"payload");
    }

    #[test]
    fn a_callers_own_hash_key_wins() {
        let mut record = Record::new("user-42", "payload");
        record.explicit_hash_key = Some(HashKey::of("elsewhere"));
        inject(&mut record, &fields(), LIMIT);
        assert_eq!(record.explicit_hash_key, Some(HashKey::of("elsewhere")));
    }

    #[test]
    fn a_record_that_cannot_carry_the_context_is_left_as_it_was() {
        let mut b3 = Fields::default();
        b3.set("b3", "0".to_owned());
        let mut malformed = Fields::default();
        malformed.set(traceparent::NAME, "00".to_owned());
        let table = [
            ("user-42", 10, Fields::default(), Injection::NoContext),
            ("user-42", 10, b3, Injection::Unsupported),
            ("user-42", 10, malformed, Injection::Unsupported),
            (TRACEPARENT, 10, fields(), Injection::AlreadyPresent),
            ("user-42", LIMIT - TRACEPARENT.len() + 1, fields(), Injection::TooLarge),
        ];
        for (key, length, fields, expected) in table {
            let before = Record::new(key, vec![b'x'; length]);
            let mut record = before.clone();
            assert_eq!(inject(&mut record, &fields, LIMIT), expected);
            assert_eq!(record, before, "{expected:?}");
        }
    }

    #[test]
    fn the_limit_itself_still_fits() {
        let mut record = Record::new("user-42", vec![b'x'; LIMIT - TRACEPARENT.len()]);
        assert_eq!(inject(&mut record, &fields(), LIMIT), Injection::Injected);
        assert_eq!(record.size(), LIMIT);
    }
}
