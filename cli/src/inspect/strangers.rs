//! What people hand over that holds no records, and what they want instead.

use super::object::Object;

/// What an object is, and the way out; `None` if it is nothing that is known.
pub(super) fn name(object: &Object<'_>) -> Option<String> {
    event_of_another_source(object).or_else(|| {
        let (_, sentence) = KNOWN.iter().find(|(is_it, _)| is_it(object))?;
        Some((*sentence).to_owned())
    })
}

type IsIt = fn(&Object<'_>) -> bool;

const KNOWN: [(IsIt, &str); 16] = [
    (
        |it| it.has_all(&["requestContext", "requestPayload"]),
        "it is an asynchronous request that failed, and what was requested is not a batch: `jq .requestPayload` shows it",
    ),
    (
        |it| it.has("requestContext") && it.has_any(&["httpMethod", "routeKey", "rawPath", "connectionId"]),
        "it is an HTTP request, as the function `producer` gets it; the record that it makes is in the stream",
    ),
    (
        |it| it.has("awslogs"),
        "it is a subscription event of CloudWatch Logs, which comes without a stream: \
         `jq -r .awslogs.data | base64 -d | gunzip` shows its log events",
    ),
    (
        |it| it.has("KafkaBatchInfo"),
        "it is a discarded batch of a topic without its records: only a bucket or a topic gets them, and the topic has them \
         until its retention ends",
    ),
    (
        |it| it.has("DDBStreamBatchInfo"),
        "it is a discarded batch of a DynamoDB stream: `aws dynamodbstreams get-records` fetches its records",
    ),
    (
        |it| {
            it.text("event").is_some_and(|event| event == "produce" || event == "process")
                && it.has_all(&["stream", "group"])
        },
        "it is a history, the log lines of producer and consumer: `kinetrace verify --history FILE` reads it",
    ),
    (
        |it| it.has_any(&["searchedLogStreams", "nextForwardToken"]),
        "it is log events of CloudWatch, among which there is no batch: `kinetrace verify` reads the functions' own lines",
    ),
    (|it| it.has("batchItemFailures"), "it is a consumer's answer: the records are in the event that it answers"),
    (
        |it| it.has("FailedRecordCount") || it.has_all(&["ShardId", "SequenceNumber"]) && !it.has("Data"),
        "it is the answer to a put, which has no data: `aws kinesis get-records` fetches the records",
    ),
    (
        |it| it.text("ShardIterator").is_some(),
        "it is a shard iterator: `aws kinesis get-records --shard-iterator …` fetches the records",
    ),
    (
        |it| it.has_any(&["StreamDescription", "StreamDescriptionSummary", "Shards", "StreamNames"]),
        "it describes a stream: `aws kinesis get-shard-iterator` and `get-records` fetch its records",
    ),
    (
        |it| it.text("Type").as_deref() == Some("Notification"),
        "it is a notification of SNS, in which there is no batch",
    ),
    (|it| it.list("Messages").is_some(), "it is messages of SQS, in which there is no batch"),
    (|it| it.has_any(&["errorMessage", "errorType"]), "it is an error that a function answered with"),
    (|it| it.has("__type"), "it is an error that AWS answered with"),
    (|it| it.has_any(&["resourceSpans", "resourceMetrics"]), "it is OTLP: a collector reads it"),
];

/// Lambda's events of other services name their source.
fn event_of_another_source(event: &Object<'_>) -> Option<String> {
    let source = |object: &Object<'_>| object.text("eventSource").or_else(|| object.text("EventSource"));
    let first = event.first("Records");
    let source = source(event).or_else(|| source(first.as_ref()?)).filter(|source| source != "aws:kinesis")?;
    Some(match source.as_str() {
        "aws:sqs" => "it is an SQS event, and in its messages there is no batch; \
                      a function that reads a stream has a mapping from the stream itself"
            .to_owned(),
        "aws:sns" => "it is an SNS event, and in its messages there is no batch".to_owned(),
        "aws:dynamodb" => "it is an event of a DynamoDB stream; with Kinesis Data Streams for DynamoDB the items \
                           come by Kinesis"
            .to_owned(),
        "aws:s3" => s3(first.as_ref()),
        "aws:kafka" | "SelfManagedKafka" => {
            "it is an event of Kafka without its `records`, an object of partitions".to_owned()
        }
        other => format!("it is an event of {}, not of aws:kinesis", kinetrace::__private::one_line(other, 100)),
    })
}

/// The notification of an object says which: it may be a discarded batch.
fn s3(record: Option<&Object<'_>>) -> String {
    let place = || {
        let s3 = record?.object("s3")?;
        let (bucket, key) = (s3.object("bucket")?.text("name")?, s3.object("object")?.text("key")?);
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"/_.-".contains(&b);
        format!("{bucket}{key}").bytes().all(is_plain).then(|| format!("s3://{bucket}/{key}"))
    };
    let place = place().unwrap_or_else(|| "s3://BUCKET/KEY".to_owned());
    format!("it is a notification of S3, not the object: `aws s3 cp {place} - | kinetrace inspect`")
}

#[cfg(test)]
mod tests;
