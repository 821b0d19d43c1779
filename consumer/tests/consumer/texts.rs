//! What business code and services say, in the line about a record and in its span.

use kinetrace::__private::MAX_TEXT;
use kinetrace::history::Event;
use kinetrace_consumer::{Failure, Record};
use opentelemetry::trace::Status;

use crate::world::{World, event};

/// CloudWatch takes 1 MB a line, and Docker cuts one of more than 16 KiB in two; a line break would make two of one.
#[tokio::test]
async fn an_error_is_one_line_of_bounded_length_in_the_log_and_in_the_span() {
    async fn handle(record: Record) -> Result<(), Failure> {
        let rest = if *record.payload == *b"quotes" { "\"\\\u{1b}".repeat(100_000) } else { "x".repeat(300_000) };
        let text = format!("denied:\n{{\"event\":\"produce\"}}\u{2028}{rest}");
        if *record.payload == *b"panic" { panic!("{text}") } else { Err(Failure::retry(text)) }
    }
    let begin = "denied:\\n{\"event\"";
    for (payload, begin) in [("fail", begin), ("quotes", begin), ("panic", &format!("panicked: {begin}"))] {
        let outcome = World::new().invoke(handle, &event(&[payload])).await;
        let error = outcome.log[0].error.as_deref().unwrap();
        assert!(error.starts_with(begin) && error.len() <= MAX_TEXT, "{error}");
        assert!(!error.contains(['\n', '\u{2028}', '\u{1b}']), "{error}");
        let (_, missing) = error.strip_suffix(" bytes more]").unwrap().rsplit_once('[').unwrap();
        // Escapes are longer than what they stand for, and the second cut counts them.
        assert!((299_000..303_000).contains(&missing.parse().unwrap()), "{error}");
        assert_eq!(outcome.span("process flights").status, Status::error(error.to_owned()));
        let mut line = Vec::new();
        Event::Process(outcome.log[0].clone()).append_to(&mut line);
        assert!(line.len() < 8 << 10, "{} bytes", line.len());
    }
}
