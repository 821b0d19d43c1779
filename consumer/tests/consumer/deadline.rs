//! Lambda kills a function at its deadline; what was done by then must not be done again.

use std::future::pending;

use kinetrace::history::ProcessOutcome::{Failed, Succeeded};
use kinetrace_consumer::{Failure, Record};
use opentelemetry::trace::Status;

use crate::world::{World, event};

async fn hangs_on_hang(record: Record) -> Result<(), Failure> {
    if record.payload == "hang" {
        pending::<()>().await;
    }
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_hangs_is_cut_off_in_time_to_tell_lambda_what_was_done() {
    let outcome = World::new().invoke(hangs_on_hang, &event(&["ok", "hang", "ok"])).await;
    assert_eq!(outcome.stop().as_deref(), Some("9"));
    assert_eq!(outcome.processed(), [("8", Succeeded), ("9", Failed)]);
    let message = "cut off because the invocation's time was up";
    assert_eq!(outcome.log[1].error.as_deref(), Some(message));
    let is_cut_off = |span: &&opentelemetry_sdk::trace::SpanData| span.status == Status::error(message);
    assert_eq!(outcome.spans.iter().filter(is_cut_off).count(), 1);
}
