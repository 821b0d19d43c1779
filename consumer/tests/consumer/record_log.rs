//! What a record that has no line does not pay for.

use std::sync::{Arc, Mutex};

use kinetrace_consumer::kinesis::KinesisEvent;
use kinetrace_consumer::{Consumer, Failure, Record, RecordLog};
use lambda_runtime::LambdaEvent;
use tower::Service as _;

use crate::world::{context, event};

/// Whether only the handler keeps the payload of a record while it is processed: one that was decoded, and is not a part of the
/// data, which the record has as well.
async fn is_alone(log: RecordLog) -> bool {
    let said = Arc::new(Mutex::new(Vec::new()));
    let sayer = Arc::clone(&said);
    let handle = move |record: Record| {
        sayer.lock().unwrap().push(record.payload.is_unique());
        async { Ok::<_, Failure>(()) }
    };
    let mut consumer = Consumer::builder(handle).read_environment(false).record_log(log).build().unwrap();
    let event: KinesisEvent = serde_json::from_str(&event(&[r#"{"_otel":{},"data_base64":"/w=="}"#])).unwrap();
    consumer.call(LambdaEvent::new(event, context())).await.unwrap();
    let said = said.lock().unwrap().clone();
    let [is_alone] = said[..] else { panic!("{said:?}") };
    is_alone
}

/// Only of what is kept can a checksum be made afterwards.
#[tokio::test]
async fn nothing_of_a_record_is_kept_for_a_line_that_will_not_be_written() {
    for (log, expected) in [
        (RecordLog::off(), true),
        (RecordLog::default(), true),
        (RecordLog::failures(), false),
        (RecordLog::new(drop), false),
    ] {
        assert_eq!(is_alone(log.clone()).await, expected, "{log:?}");
    }
}
