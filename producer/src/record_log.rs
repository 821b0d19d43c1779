//! What CloudWatch, and the checker, are told: one JSON line for each record that was handed to the publisher.

use kinetrace::__private::{MAX_TEXT, one_line};
use kinetrace::history::{Produce, PutOutcome, Timestamp};
use kinetrace::{HashKey, Injection, Order, Reader};

use crate::delivery::Ack;
use crate::limits::MAX_PARTITION_KEY;
use crate::send_error::SendError;

/// What is known of a record before it is handed over.
#[derive(Debug, Clone)]
pub struct ProduceStart {
    /// The stream's name.
    pub stream: String,
    /// The record's key; of one that is too long to be a partition key, its beginning.
    pub key: String,
    /// When it was handed over.
    pub start: Timestamp,
    /// CRC-32 of what was handed over.
    pub payload_crc32: u32,
    /// Where the record is to be placed, in place of where its key hashes to.
    pub explicit_hash_key: Option<HashKey>,
    /// CRC-32 of the payload in it, if it turns out to be forwarded with the context that it has.
    forwarded_crc32: u32,
}

impl ProduceStart {
    /// The record, as it is handed over now. `key` is the record's key as the line is to name it: see
    /// [`KeyNames`](kinetrace::KeyNames).
    pub fn now(stream: &str, key: &str, payload: &[u8]) -> Self {
        Self {
            stream: stream.to_owned(),
            key: shown(key),
            start: Timestamp::now(),
            payload_crc32: crc32fast::hash(payload),
            explicit_hash_key: None,
            forwarded_crc32: forwarded_crc32(payload),
        }
    }

    /// The same for a record that Kinesis is asked to place elsewhere than where its key hashes to: without this, the checker
    /// expects it there.
    #[must_use]
    pub fn placed(self, explicit_hash_key: Option<HashKey>) -> Self {
        Self { explicit_hash_key, ..self }
    }

    /// The line about it, once its put has ended or it was refused. Of a record that was refused before it got a place in
    /// its key, the line has no `order`.
    ///
    /// Its CRC-32 is that of the payload that the handler at the other end has to get: what was handed over, or what is in
    /// it, if a carrier recognised it as its own and left it alone.
    pub fn settled(self, settled: &Result<Ack, Box<SendError>>) -> Produce {
        let forwarded_crc32 = self.forwarded_crc32;
        match settled {
            Ok(ack) => {
                let mut line = self.line(ack.order, PutOutcome::Acknowledged, ack.settled_at);
                line.shard = Some(ack.shard_id.clone());
                line.sequence_number = Some(ack.sequence_number.clone());
                line.sub_sequence_number = ack.sub_sequence_number;
                line.context = ack.context.clone();
                if ack.injection == Some(Injection::AlreadyPresent) {
                    line.payload_crc32 = forwarded_crc32;
                }
                line
            }
            Err(error) => {
                let mut line = self.line(error.order, error.outcome, error.settled_at);
                line.error = Some(one_line(&error.reason.to_string(), MAX_TEXT).into_owned());
                line
            }
        }
    }

    /// The line about it as far as every producer knows it; where it went, with which context, and what was wrong are for
    /// the caller to add.
    pub fn line(self, order: impl Into<Option<Order>>, outcome: PutOutcome, end: Timestamp) -> Produce {
        let mut produce = Produce::new(self.stream, self.key, outcome, self.start, end);
        produce.order = order.into();
        produce.payload_crc32 = self.payload_crc32;
        produce.explicit_hash_key = self.explicit_hash_key;
        produce
    }
}

/// Every key that Kinesis takes is told in full, or the checker could not tell keys apart.
fn shown(key: &str) -> String {
    if key.chars().nth(MAX_PARTITION_KEY).is_none() {
        return key.to_owned();
    }
    one_line(key, MAX_TEXT).into_owned()
}

/// An aggregate may have several payloads; then it is taken as a whole.
fn forwarded_crc32(data: &[u8]) -> u32 {
    let records = Reader::default().records(data.to_vec().into(), None);
    let only = records.get(0).filter(|_| records.len() == 1);
    crc32fast::hash(only.as_ref().map_or(data, |record| &record.payload))
}

#[cfg(test)]
mod tests {
    use kinetrace::{ProducerId, Record};

    use super::*;
    use crate::send_error::DeliveryError;

    #[test]
    fn what_is_expected_at_the_other_end_is_what_was_handed_over_unless_it_is_forwarded() {
        let envelope = br#"{"_otel":{},"data":1}"#;
        let table = [
            (Some(Injection::Injected), &envelope[..]),
            (Some(Injection::NoContext), envelope),
            (Some(Injection::AlreadyPresent), b"1"),
            (None, envelope),
        ];
        for (injection, payload) in table {
            let ack = Ack { injection, ..ack() };
            let line = ProduceStart::now("flights", "N1", envelope).settled(&Ok(ack));
            assert_eq!(line.payload_crc32, crc32fast::hash(payload), "{injection:?}");
        }
    }

    #[test]
    fn the_line_about_a_packed_record_has_its_place_in_the_aggregate() {
        for place in [None, Some(0), Some(7)] {
            let ack = Ack { sub_sequence_number: place, ..ack() };
            let line = ProduceStart::now("flights", "N1", b"1").settled(&Ok(ack));
            assert_eq!(line.sub_sequence_number, place);
        }
    }

    #[test]
    fn the_line_about_a_record_that_is_placed_by_a_hash_key_has_it() {
        for placed in [None, Some(HashKey::of("another key"))] {
            let line = ProduceStart::now("flights", "N1", b"1").placed(placed).settled(&Ok(ack()));
            assert_eq!(line.explicit_hash_key, placed);
        }
    }

    #[test]
    fn a_record_that_was_refused_before_it_had_a_place_has_a_line_without_one() {
        let (record, reason) = (Record::new("k".repeat(300_000), "1"), DeliveryError::PartitionKey(300_000));
        let handed = ProduceStart::now("flights", &record.partition_key, &record.data);
        let (order, outcome, settled_at) = (None, PutOutcome::Failed, Timestamp(7));
        let error = SendError { record: Some(record), order, reason, outcome, permanent: false, settled_at };
        let line = handed.settled(&Err(Box::new(error)));
        assert_eq!((line.order, line.outcome, line.end), (None, PutOutcome::Failed, Timestamp(7)));
        assert!(line.error.unwrap().contains("256 characters") && line.group.len() <= MAX_TEXT, "{}", line.group);
    }

    #[test]
    fn a_line_has_an_error_of_bounded_length_and_every_key_that_kinesis_takes_in_full() {
        let reason = DeliveryError::Put { attempts: 1, cause: "denied\n".repeat(50_000).into() };
        let (order, outcome, settled_at) = (Some(ack().order), PutOutcome::Unknown, Timestamp(7));
        let error = SendError { record: None, order, reason, outcome, permanent: false, settled_at };
        let key = "\u{2028}".repeat(MAX_PARTITION_KEY);
        let line = ProduceStart::now("flights", &key, b"1").settled(&Err(Box::new(error)));
        let error = line.error.unwrap();
        assert!(error.len() <= MAX_TEXT && error.contains(r"denied\ndenied") && !error.contains('\n'), "{error}");
        assert_eq!((line.group, line.order), (key, order));
    }

    fn ack() -> Ack {
        Ack {
            shard_id: "shardId-000000000000".to_owned(),
            sequence_number: "1".into(),
            sub_sequence_number: None,
            order: Order { producer: ProducerId::from_bits(1), sequence: 0 },
            injection: None,
            context: None,
            settled_at: Timestamp::now(),
        }
    }
}
