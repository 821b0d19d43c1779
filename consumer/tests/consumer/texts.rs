//! What business code and services say, in the line about a record and in its span.

use kinetrace::MAX_TEXT;
use kinetrace_consumer::{Failure, Record};
use opentelemetry::trace::Status;

use crate::world::{World, event};

/// CloudWatch cuts a line of 1 MB, and `verify` cannot read it; a line break would make two of one.
#[tokio::test]
async fn an_error_is_one_line_of_bounded_length_in_the_log_and_in_the_span() {
    async fn handle(record: Record) -> Result<(), Failure> {
        let text = format!("denied:\n{{\"event\":\"produce\"}}\u{2028}{}", "x".repeat(300_000));
        if *record.payload == *b"panic" { panic!("{text}") } else { Err(Failure::new(text)) }
    }
    for (payload, begin) in [("fail", "denied:\\n{\"event\""), ("panic", "panicked: denied:\\n{\"event\"")] {
        let outcome = World::new().invoke(handle, &event(&[payload])).await;
        let error = outcome.log[0].error.as_deref().unwrap();
        assert!(error.starts_with(begin) && error.len() <= MAX_TEXT, "{error}");
        assert!(error.ends_with(" bytes more]") && !error.contains(['\n', '\u{2028}']), "{error}");
        assert_eq!(outcome.span("process flights").status, Status::error(error.to_owned()));
    }
}
