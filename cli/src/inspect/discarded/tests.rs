use serde_json::json;

use crate::inspect::input::parts;
use crate::inspect::samples::discarded;

#[test]
fn a_batch_without_its_records_says_how_to_fetch_them() {
    for document in [discarded(), json!({"Records": [{"eventSource": "aws:sqs", "body": discarded().to_string()}]})] {
        let parts = parts(document.to_string().into_bytes()).unwrap();
        let missing = parts[0].records[0].as_ref().unwrap_err();
        assert!(
            missing.contains("of shardId-000000000006: batch size 3, from 7 to 9, RetryAttemptsExhausted"),
            "{missing}"
        );
        let commands = parts[0].commands.join("\n");
        for part in [
            "get-shard-iterator --region us-east-2 --stream-arn arn:aws:kinesis:us-east-2:123456789012:stream/flights ",
            "--shard-id shardId-000000000006 --shard-iterator-type AT_SEQUENCE_NUMBER --starting-sequence-number 7 ",
            "--limit 3 --output json | kinetrace inspect",
        ] {
            assert!(commands.contains(part), "{part}: {commands}");
        }
    }
}

/// The document may come from any program that can send to the queue.
#[test]
fn nothing_gets_into_a_command_that_a_shell_would_run() {
    for (name, value) in [
        ("shardId", "s; rm -rf /"),
        ("shardId", "$(id)"),
        ("startSequenceNumber", "7 --endpoint-url http://evil"),
        ("startSequenceNumber", ""),
        ("streamArn", "arn:aws:kinesis:us-east-2:1:stream/`id`"),
        ("streamArn", "arn:aws:kinesis:us-east-2:1:stream/x\ny"),
    ] {
        let mut document = discarded();
        document["KinesisBatchInfo"][name] = value.into();
        let parts = parts(document.to_string().into_bytes()).unwrap();
        assert_eq!((parts[0].records.len(), parts[0].commands.len()), (1, 0), "{name}: {value}");
    }
}
