//! What CloudWatch, and the checker, are told: one JSON line for each record that was handed to the publisher.

use kinetrace::history::{Produce, PutOutcome, Timestamp};
use kinetrace::{Order, Reader};

use crate::delivery::{Ack, SendError};

/// What is known of a record before it is handed over.
#[derive(Debug, Clone)]
pub struct Handed {
    /// The stream's name.
    pub stream: String,
    /// The record's group.
    pub group: String,
    /// When it was handed over.
    pub start: Timestamp,
    /// CRC-32 of the business payload: of a record that is forwarded, without its envelope.
    pub payload_crc32: u32,
}

impl Handed {
    /// The record, as it is handed over now.
    pub fn now(stream: &str, group: &str, payload: &[u8]) -> Self {
        Self {
            stream: stream.to_owned(),
            group: group.to_owned(),
            start: Timestamp::now(),
            payload_crc32: payload_crc32(payload),
        }
    }

    /// The line about it, once its put has ended. A record that was refused before it got a place in its group has none.
    pub fn settled(self, settled: &Result<Ack, Box<SendError>>) -> Option<Produce> {
        let line = |order: Order, outcome, end| Produce {
            stream: self.stream,
            group: self.group,
            order,
            outcome,
            error: None,
            shard: None,
            sequence_number: None,
            start: self.start,
            end,
            context: None,
            payload_crc32: self.payload_crc32,
        };
        match settled {
            Ok(ack) => Some(Produce {
                shard: Some(ack.shard_id.clone()),
                sequence_number: Some(ack.sequence_number.clone()),
                context: ack.context.clone(),
                ..line(ack.order, PutOutcome::Acknowledged, ack.settled_at)
            }),
            Err(error) => {
                let line = line(error.order?, error.outcome, error.settled_at);
                Some(Produce { error: Some(error.reason.to_string()), ..line })
            }
        }
    }
}

/// An aggregate that is forwarded has several payloads, and is taken as a whole.
fn payload_crc32(data: &[u8]) -> u32 {
    match Reader::default().read(data.to_vec().into(), None).as_slice() {
        [record] => crc32fast::hash(&record.payload),
        _ => crc32fast::hash(data),
    }
}
