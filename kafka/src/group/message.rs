//! A message of librdkafka as a record for handlers.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use ::rdkafka::Message;
use ::rdkafka::message::Headers as _;
use bytes::Bytes;
use kinetrace::__private::contained;
use kinetrace::kafka::Headers;
use kinetrace_consumer::kafka::EventRecord;

/// Headers whose names are not UTF-8 are left out: rdkafka cannot show them.
pub(super) fn record<M: Message>(message: &M, topic: Arc<str>) -> EventRecord {
    let value = message.payload().map(Bytes::copy_from_slice);
    let mut record = EventRecord::new(topic, message.partition(), message.offset(), value).headers(headers(message));
    record.key = message.key().map(Bytes::copy_from_slice);
    let millis = message.timestamp().to_millis().and_then(|millis| u64::try_from(millis).ok());
    record.timestamp = millis.and_then(|millis| UNIX_EPOCH.checked_add(Duration::from_millis(millis)));
    record
}

fn headers<M: Message>(message: &M) -> Headers {
    let Some(headers) = message.headers() else { return Headers::default() };
    let all = (0..headers.count()).filter_map(|at| contained(|| headers.try_get(at)).flatten());
    all.map(|header| (Arc::from(header.key), header.value.map(Bytes::copy_from_slice))).collect()
}

#[cfg(test)]
mod tests {
    use ::rdkafka::Timestamp;
    use ::rdkafka::message::{Header, OwnedHeaders, OwnedMessage};

    use super::*;

    #[test]
    fn everything_of_a_message_is_the_records_to_the_byte() {
        let list = OwnedHeaders::new()
            .insert(Header { key: "a", value: Some(&b"\xff\x00"[..]) })
            .insert(Header { key: "a", value: None::<&[u8]> })
            .insert(Header { key: "", value: Some(&b""[..]) });
        let (key, time) = (Some(b"\xff".to_vec()), Timestamp::CreateTime(1_700_000_000_123));
        let message = OwnedMessage::new(Some(Vec::new()), key, "flights".to_owned(), time, 3, 4711, Some(list));
        let read = record(&message, "flights".into());
        assert_eq!((read.partition, read.offset), (3, 4711));
        assert_eq!((read.key.as_deref(), read.value.as_deref()), (Some(&b"\xff"[..]), Some(&b""[..])));
        assert_eq!(read.timestamp, Some(UNIX_EPOCH + Duration::from_millis(1_700_000_000_123)));
        let headers: Vec<_> = read.headers.iter().map(|(name, value)| (name, value.map(|it| it.to_vec()))).collect();
        assert_eq!(headers, [("a", Some(b"\xff\x00".to_vec())), ("a", None), ("", Some(Vec::new()))]);

        let nothing = OwnedMessage::new(None, None, "flights".to_owned(), Timestamp::NotAvailable, 0, 0, None);
        let read = record(&nothing, "flights".into());
        assert_eq!((read.key, read.value, read.timestamp, read.headers.len()), (None, None, None, 0));
        let before = OwnedMessage::new(None, None, "flights".to_owned(), Timestamp::CreateTime(-1), 0, 0, None);
        assert_eq!(record(&before, "flights".into()).timestamp, None);
    }
}
