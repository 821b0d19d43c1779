//! One record of a put, as the caller handed it in.

use aws_sdk_kinesis::primitives::Blob;
use kinetrace::__private::contained;
use kinetrace::{Carrier, Fields, HashKey, Injection, Record};

use crate::limits::MAX_PARTITION_KEY;

#[derive(Debug)]
pub(super) struct Entry<'a> {
    pub(super) data: &'a mut Blob,
    /// Absent, or of no meaning, where the stream distributes records by itself.
    pub(super) partition_key: &'a mut Option<String>,
    pub(super) explicit_hash_key: &'a mut Option<String>,
}

impl Entry<'_> {
    /// What counts against the limits.
    pub(super) fn bytes(&self) -> usize {
        self.data.as_ref().len() + self.partition_key.as_ref().map_or(0, String::len)
    }

    /// Only what carries the context in the end is written back, so that everything else is what it was.
    pub(super) fn inject(&mut self, carrier: Carrier, fields: &Fields, max_bytes: usize) -> Injection {
        if fields.is_empty() {
            return Injection::NoContext;
        }
        let Some(mut record) = self.record(carrier) else { return Injection::Unsupported };
        // Even a bug of a carrier may cost the context, but not the put.
        let injection = contained(|| carrier.inject(&mut record, fields, None, max_bytes));
        if injection == Some(Injection::Injected) {
            *self.data = Blob::new(record.data);
            if let Some(key) = self.partition_key {
                *key = record.partition_key;
            }
            if self.explicit_hash_key.is_none() {
                *self.explicit_hash_key = record.explicit_hash_key.map(|key| key.to_string());
            }
        }
        injection.unwrap_or(Injection::Unsupported)
    }

    /// `None` for keys that Kinesis will refuse: a carrier that writes keys might mend them.
    fn record(&self, carrier: Carrier) -> Option<Record> {
        let explicit_hash_key = self.explicit_hash_key.clone().map(HashKey::try_from).transpose().ok()?;
        let length = self.partition_key.as_ref().map_or(0, |key| key.chars().count());
        let has_key = (1..=MAX_PARTITION_KEY).contains(&length);
        if !has_key && !matches!(carrier, Carrier::Envelope | Carrier::Member | Carrier::Datadog) {
            return None;
        }
        let partition_key = self.partition_key.clone().unwrap_or_default();
        Some(Record { partition_key, explicit_hash_key, data: self.data.as_ref().to_vec() })
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    const LIMIT: usize = 1000;

    fn inject(carrier: Carrier, partition_key: Option<&str>, explicit_hash_key: Option<&str>) -> (Injection, bool) {
        let mut fields = Fields::default();
        fields.set("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned());
        let keys = [partition_key, explicit_hash_key].map(|key| key.map(str::to_owned));
        let mut data = Blob::new("{}");
        let [mut partition_key, mut explicit_hash_key] = keys.clone();
        let mut entry =
            Entry { data: &mut data, partition_key: &mut partition_key, explicit_hash_key: &mut explicit_hash_key };
        let injection = entry.inject(carrier, &fields, LIMIT);
        let same_data = data == Blob::new("{}");
        assert_eq!([partition_key, explicit_hash_key], keys, "{carrier}");
        (injection, same_data)
    }

    /// Streams that distribute records by themselves take records without a partition key. The testbed has none.
    #[test]
    fn a_record_without_a_key_gets_none() {
        for carrier in [Carrier::Envelope, Carrier::Member, Carrier::Datadog] {
            assert_eq!(inject(carrier, None, None), (Injection::Injected, false), "{carrier}");
        }
        for carrier in [Carrier::Aggregate, Carrier::PartitionKey] {
            for key in [None, Some(""), Some("k".repeat(257).as_str())] {
                assert_eq!(inject(carrier, key, None), (Injection::Unsupported, true), "{carrier}");
            }
        }
    }

    #[test]
    fn a_hash_key_stays_as_it_was_written() {
        for carrier in [Carrier::Envelope, Carrier::Member, Carrier::Datadog, Carrier::Aggregate] {
            assert_eq!(inject(carrier, Some("a"), Some("007")), (Injection::Injected, false), "{carrier}");
            assert_eq!(inject(carrier, Some("a"), Some("seven")), (Injection::Unsupported, true), "{carrier}");
        }
    }
}
