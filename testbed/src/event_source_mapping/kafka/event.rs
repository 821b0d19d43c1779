//! The JSON that Lambda hands to the function for a batch of Kafka records.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html#msk-sample-event>. It does not say how a null is written, nor
//! how a header is that has none, and headers have been seen with signed and with unsigned bytes: see [`Dialect`].

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::Value;

use super::dialect::{Dialect, Null};
use super::record::{Record, TimestampType};
use super::settings::Cluster;

/// Writes events of one topic. What is equal in all of them is laid out once.
#[derive(Debug)]
pub(super) struct EventWriter {
    topic: String,
    head: String,
}

impl EventWriter {
    pub(super) fn new(cluster: &Cluster, topic: &str) -> Self {
        let text = |text: &str| Value::from(text).to_string();
        let head = match cluster {
            Cluster::Msk { arn, bootstrap_servers } => format!(
                r#"{{"eventSource":"aws:kafka","eventSourceArn":{},"bootstrapServers":{},"records":{{"#,
                text(arn),
                text(bootstrap_servers)
            ),
            Cluster::SelfManaged { bootstrap_servers } => format!(
                r#"{{"eventSource":"SelfManagedKafka","bootstrapServers":{},"records":{{"#,
                text(bootstrap_servers)
            ),
        };
        Self { topic: topic.to_owned(), head }
    }

    /// The event of a batch, in which the records of each partition stand together.
    pub(super) fn write(&self, records: &[Record], dialect: Dialect) -> Bytes {
        let mut out = String::with_capacity(self.head.len() + records.iter().map(Record::event_bytes).sum::<usize>());
        out.push_str(&self.head);
        for (index, partition) in records.chunk_by(|a, b| a.partition == b.partition).enumerate() {
            out.push_str(if index > 0 { "," } else { "" });
            out.push_str(&Value::from(format!("{}-{}", self.topic, partition[0].partition)).to_string());
            out.push_str(":[");
            for (index, record) in partition.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                self.write_record(&mut out, record, dialect);
            }
            out.push(']');
        }
        out.push_str("}}");
        Bytes::from(out)
    }

    fn write_record(&self, out: &mut String, record: &Record, dialect: Dialect) {
        let (topic, timestamp_type) = (Value::from(self.topic.as_str()), name_of(record.timestamp_type));
        let Record { partition, offset, timestamp, .. } = record;
        out.push_str(&format!(r#"{{"topic":{topic},"partition":{partition},"offset":{offset},"#));
        out.push_str(&format!(r#""timestamp":{timestamp},"timestampType":"{timestamp_type}""#));
        write_bytes(out, "key", record.key.as_ref(), dialect.null_key);
        write_bytes(out, "value", record.value.as_ref(), dialect.null_value);
        if !record.headers.is_empty() || dialect.no_headers == Null::Written {
            out.push_str(r#","headers":["#);
            for (index, (name, value)) in record.headers.iter().enumerate() {
                out.push_str(if index > 0 { ",{" } else { "{" });
                out.push_str(&Value::from(&**name).to_string());
                out.push(':');
                write_header(out, value.as_ref(), dialect);
                out.push('}');
            }
            out.push(']');
        }
        out.push('}');
    }
}

/// As Kafka's own clients name it.
fn name_of(timestamp_type: TimestampType) -> &'static str {
    match timestamp_type {
        TimestampType::CreateTime => "CREATE_TIME",
        TimestampType::LogAppendTime => "LOG_APPEND_TIME",
    }
}

fn write_bytes(out: &mut String, member: &str, bytes: Option<&Bytes>, null: Null) {
    match bytes {
        Some(bytes) => {
            out.push_str(&format!(r#","{member}":""#));
            STANDARD.encode_string(bytes, out);
            out.push('"');
        }
        None if null == Null::Written => out.push_str(&format!(r#","{member}":null"#)),
        None => {}
    }
}

fn write_header(out: &mut String, value: Option<&Bytes>, dialect: Dialect) {
    let Some(value) = value else {
        out.push_str("null");
        return;
    };
    out.push('[');
    for (index, byte) in value.iter().enumerate() {
        out.push_str(if index > 0 { "," } else { "" });
        let number = if dialect.signed_headers { i16::from(byte.cast_signed()) } else { i16::from(*byte) };
        out.push_str(&number.to_string());
    }
    out.push(']');
}

#[cfg(test)]
mod tests;
