//! The events that producers and consumers log, one JSON object a line, and that the checker reads.
//!
//! A history is any mixture of such lines: a file written by a benchmark, or the CloudWatch output of a deployed pair.
//! Times are microseconds since the Unix epoch, by the clock of the machine that wrote the line.
//!
//! Of a Kafka record, the stream is the topic, the shard the partition and the sequence number the offset, both in decimal, and
//! the group is the key's [text](crate::kafka::key_text).

use std::io::{self, Write as _};

use serde::{Deserialize, Serialize};

use crate::one_line::one_line;

mod names;
mod partitions;
mod process;
mod produce;
mod shard;
mod timestamp;
mod trace_ids;

pub use names::{FILTERED, SEEN_FROM_OUTSIDE, UNKNOWN, UNREADABLE};
pub use partitions::{Partitioner, Partitions};
pub use process::{BatchPlace, Process, ProcessOutcome, Relation};
pub use produce::{Produce, PutOutcome};
pub use shard::Shard;
pub use timestamp::Timestamp;
pub use trace_ids::TraceIds;

/// One line of a history.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A shard of the stream, so that the checker can tell where a group belongs.
    Shard(Shard),
    /// The partitions of a topic of Kafka, so that the checker can tell where a key belongs.
    Partitions(Partitions),
    /// A record was handed to Kinesis, or to Kafka.
    Produce(Produce),
    /// A record was handed to the business code.
    Process(Process),
}

impl Event {
    /// Writes the line to standard output, which Lambda sends to CloudWatch. A log that cannot be written must not fail a
    /// record, so nothing is said of it.
    pub fn log(&self) {
        let mut line = Vec::new();
        self.append_to(&mut line);
        let _ = io::stdout().lock().write_all(&line);
    }

    /// Adds the line to others. It is one line to every reader, because it holds none of Unicode's separators either: those of a
    /// partition key are escaped, and read back equal.
    pub fn append_to(&self, lines: &mut Vec<u8>) {
        let end = lines.len();
        match serde_json::to_writer(&mut *lines, self) {
            Ok(()) => {
                escape(lines, end);
                lines.push(b'\n');
            }
            Err(_) => lines.truncate(end),
        }
    }
}

/// JSON leaves as they are, from `begin` on, what [`one_line`] escapes, and takes its escapes. There is some in the fewest.
fn escape(lines: &mut Vec<u8>, begin: usize) {
    if lines[begin..].iter().all(|byte| (b' '..b'\x7f').contains(byte)) {
        return;
    }
    let line = String::from_utf8_lossy(&lines[begin..]).into_owned();
    lines.truncate(begin);
    lines.extend_from_slice(one_line(&line, usize::MAX).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_line_and_reads_back_equal() {
        let event = Event::Process(Process {
            stream: "flights".into(),
            group: Some("N14228".into()),
            shard: "shardId-000000000000".into(),
            sequence_number: "4959".into(),
            sub_sequence_number: None,
            order: None,
            outcome: ProcessOutcome::Succeeded,
            error: None,
            start: Timestamp(1),
            end: Timestamp(2),
            function: None,
            request_id: "r-1".into(),
            format: "none".into(),
            span: None,
            relation: None,
            context: None,
            payload_crc32: 0xdead_beef,
            batch: None,
        });
        let line = serde_json::to_string(&event).unwrap();
        assert!(line.starts_with(r#"{"event":"process","stream":"flights","group":"N14228""#), "{line}");
        assert!(!line.contains('\n'));
        assert_eq!(serde_json::from_str::<Event>(&line).unwrap(), event);
    }

    #[test]
    fn a_line_is_one_line_to_every_reader_for_any_key_and_reads_back_equal() {
        for group in ["N14228", "Zürich", "a\nb", "a\u{2028}b\u{85}c\u{202e}d\u{7f}e", "\u{e0041}🚀"] {
            let mut lines = b"before\n".to_vec();
            let event = Event::Produce(Produce {
                stream: "flights".into(),
                group: group.into(),
                order: None,
                outcome: PutOutcome::Failed,
                error: Some("no\n\u{2029}{\"event\":\"produce\"}".into()),
                shard: None,
                sequence_number: None,
                sub_sequence_number: None,
                start: Timestamp(1),
                end: Timestamp(2),
                context: None,
                payload_crc32: 0,
                format: None,
                explicit_hash_key: None,
            });
            event.append_to(&mut lines);
            let text = String::from_utf8(lines).unwrap();
            let line = text.strip_prefix("before\n").unwrap().strip_suffix('\n').unwrap();
            assert!(
                !line.contains(['\n', '\u{85}', '\u{2028}', '\u{2029}', '\u{202e}', '\u{7f}', '\u{e0041}']),
                "{line}"
            );
            assert!(!line.contains("order"), "{line}");
            assert_eq!(serde_json::from_str::<Event>(line).unwrap(), event);
        }
    }

    #[test]
    fn a_line_about_a_record_that_travelled_by_itself_says_nothing_of_a_place_in_an_aggregate() {
        let alone = concat!(
            r#"{"event":"produce","stream":"flights","group":"N14228","#,
            r#""order":{"producer":"00000000000000ab","sequence":7},"outcome":"acknowledged","#,
            r#""shard":"shardId-000000000000","sequence_number":"4959","start":1,"end":2,"context":null,"#,
            r#""payload_crc32":0}"#,
        );
        let packed = alone.replace(r#""4959","#, r#""4959","sub_sequence_number":3,"#);
        for (line, place) in [(alone, None), (&packed, Some(3))] {
            let event: Event = serde_json::from_str(line).unwrap();
            assert_eq!(serde_json::to_string(&event).unwrap(), line);
            let Event::Produce(produce) = event else { panic!("{event:?}") };
            assert_eq!(produce.sub_sequence_number, place);
        }
    }
}
