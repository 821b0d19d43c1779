//! Records that the business code skips: what is reported about them.

use std::io::Write;
use std::sync::{Arc, Mutex};

use kinetrace::__private::semantic_conventions as names;
use kinetrace::history::ProcessOutcome::{SkippedByHandler, Succeeded};
use kinetrace_consumer::kinesis::KinesisEvent;
use kinetrace_consumer::{Consumer, RecordLog};
use lambda_runtime::LambdaEvent;
use opentelemetry::trace::Status;
use opentelemetry_sdk::trace::SpanData;
use tower::Service as _;

use crate::world::{World, context, event, moody};

const REASON: &str = "a plane without a number";

#[tokio::test]
async fn a_record_that_is_skipped_is_done_and_its_line_and_its_span_say_why() {
    let outcome = World::new().invoke(moody, &event(&["a", "skip", "b"])).await;
    assert_eq!(outcome.stop(), None);
    assert_eq!(outcome.processed(), [("8", Succeeded), ("9", SkippedByHandler), ("10", Succeeded)]);
    let errors: Vec<_> = outcome.log.iter().map(|line| line.error.as_deref()).collect();
    assert_eq!(errors, [None, Some(REASON), None]);
    assert!(serde_json::to_string(&outcome.log[1]).unwrap().contains(r#""outcome":"skipped_by_handler""#));

    let has = |span: &&SpanData, name: &str, value: &str| {
        span.attributes.iter().any(|it| it.key.as_str() == name && it.value.as_str() == value)
    };
    let wrong: Vec<_> = outcome.spans.iter().filter(|span| span.status != Status::Unset).collect();
    let [span] = wrong[..] else { panic!("{wrong:?}") };
    assert!(has(&span, names::MESSAGING_MESSAGE_ID, "9") && has(&span, names::ERROR_TYPE, "skipped"), "{span:?}");
    assert_eq!(span.status, Status::error(REASON));
}

/// What is written to the log of the business code.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(text)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

async fn told(log: RecordLog, record: &str) -> String {
    let written = Written::default();
    let writer = written.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    let _subscriber = tracing::subscriber::set_default(subscriber);
    let event = if record == "%%%" { event(&["ok", record]).replace("JSUl", record) } else { event(&["ok", record]) };
    let event: KinesisEvent = serde_json::from_str(&event).unwrap();
    let mut consumer = Consumer::builder(moody).read_environment(false).record_log(log).build().unwrap();
    consumer.call(LambdaEvent::new(event, context())).await.unwrap();
    let text = written.0.lock().unwrap().clone();
    String::from_utf8(text).unwrap()
}

/// Without a line, and perhaps without spans, nothing else would say why a record comes again, or why it never will.
#[tokio::test]
async fn where_the_record_log_is_off_an_event_tells_of_each_record_that_was_not_processed_and_of_no_other() {
    for (record, parts) in [
        ("ok", &[][..]),
        ("skip", &["WARN", "the handler skipped a record", REASON, "shardId-000000000000", "9"]),
        ("fail", &["ERROR", "a record failed", "no such plane", "shardId-000000000000", "9"]),
        ("panic", &["ERROR", "a record failed", "out of fuel", "9"]),
        ("%%%", &["ERROR", "a record cannot be read", "9"]),
    ] {
        let text = told(RecordLog::off(), record).await;
        assert_eq!(text.lines().count(), usize::from(!parts.is_empty()), "{record}: {text}");
        assert!(parts.iter().all(|part| text.contains(part)), "{record}: {text}");
        assert_eq!(told(RecordLog::new(drop), record).await, "", "{record}");
    }
}
