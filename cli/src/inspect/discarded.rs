//! What Lambda, or a pipe of EventBridge, sends to the on-failure destination of a mapping.
//! <https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html>

use super::object::Object;
use super::part::Part;

/// Where the records of a discarded batch are, in the stream.
#[derive(Debug)]
pub(super) struct Batch {
    stream_arn: String,
    shard_id: String,
    start: String,
    end: String,
    size: String,
    condition: Option<String>,
}

impl Batch {
    /// `None` unless the object is such a document.
    pub(super) fn of(object: &Object<'_>) -> Option<Self> {
        let batch = object.object("KinesisBatchInfo")?;
        let text = |name| batch.text(name).unwrap_or_else(|| "?".to_owned());
        let context = object.object("requestContext").or_else(|| object.object("context"));
        Some(Self {
            stream_arn: text("streamArn"),
            shard_id: text("shardId"),
            start: text("startSequenceNumber"),
            end: text("endSequenceNumber"),
            size: batch.get("batchSize").map_or("?", |size| size.get()).to_owned(),
            condition: context.and_then(|context| context.text("condition")),
        })
    }

    /// Which batch it is, for people.
    pub(super) fn description(&self) -> String {
        let Batch { shard_id, start, end, size, condition, .. } = self;
        let condition = condition.as_ref().map(|condition| format!(", {condition}")).unwrap_or_default();
        format!("a discarded batch of {shard_id}: batch size {size}, from {start} to {end}{condition}")
    }

    /// A batch without its records, as queues and topics get it.
    pub(super) fn without_records(&self) -> Part {
        let missing = format!(
            "{}. Its records are not in it: only a bucket gets them. The stream has them until its retention ends",
            self.description()
        );
        let part = Part::new("discarded_batch", vec![Err(missing)]);
        Part { commands: self.commands().into_iter().flatten().collect(), ..part }
    }

    /// How to fetch its records. `None` if a value is not what AWS writes: it must not get into a shell.
    fn commands(&self) -> Option<[String; 2]> {
        let Batch { shard_id, start, size, .. } = self;
        let arn = self.stream_arn.split("/consumer/").next()?;
        let region = arn.split(':').nth(3)?;
        let is_plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b":/_.-".contains(&b));
        let are_numbers = [start, size].iter().all(|text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()));
        if !(is_plain(arn) && is_plain(shard_id) && arn.starts_with("arn:") && are_numbers) {
            return None;
        }
        Some([
            format!(
                "ITERATOR=$(aws kinesis get-shard-iterator --region {region} --stream-arn {arn} --shard-id {shard_id} \
                 --shard-iterator-type AT_SEQUENCE_NUMBER --starting-sequence-number {start} \
                 --query ShardIterator --output text)"
            ),
            format!(
                "aws kinesis get-records --region {region} --stream-arn {arn} --shard-iterator \"$ITERATOR\" \
                 --limit {size} --output json | kinetrace inspect"
            ),
        ])
    }
}

#[cfg(test)]
mod tests;
