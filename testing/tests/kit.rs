//! The kit as a user's test has it.

use kinetrace::Carrier;
use kinetrace::history::ProcessOutcome;
use kinetrace_consumer::{Batch, BatchFailure, ByBatch, Failure, Json, Record};
use kinetrace_testing::{Event, Invoker, invoke};
use opentelemetry::trace::Status;

#[derive(serde::Deserialize)]
struct Flight {
    tailnum: String,
}

async fn depart(Json(flight): Json<Flight>) -> Result<(), Failure> {
    let _span = tracing::info_span!("depart", flight.tailnum).entered();
    tracing::info!("departed");
    Ok(())
}

fn flight(tailnum: &str) -> String {
    format!(r#"{{"tailnum":"{tailnum}"}}"#)
}

#[tokio::test]
async fn a_record_alone_is_continued_down_to_what_the_handler_opens() {
    let event = Event::new("flights").traced("N14228", flight("N14228"));
    let invocation = invoke(depart, &event).await;
    assert_eq!(invocation.stopped_at(), None);
    let sent = event.context(0).unwrap();
    let [root, process, depart] = ["consumer", "process flights", "depart"].map(|name| invocation.span(name));
    assert_eq!((root.span_context.trace_id(), root.parent_span_id), (sent.trace_id(), sent.span_id()));
    assert_eq!(process.parent_span_id, root.span_context.span_id());
    assert_eq!(depart.parent_span_id, process.span_context.span_id());
    assert!(matches!(invocation.log_lines(), [line] if line.contains("departed")), "{invocation:?}");
}

#[tokio::test]
async fn every_carrier_gives_the_handler_its_payload_and_the_test_the_link() {
    async fn is_flight(record: Record) -> Result<(), Failure> {
        if record.payload == flight("N14228") { Ok(()) } else { Err(Failure::retry("another payload")) }
    }
    let mut event = Event::new("flights");
    let carriers = [Carrier::Envelope, Carrier::Member, Carrier::Datadog, Carrier::Aggregate, Carrier::PartitionKey];
    for carrier in carriers {
        event = event.carried_by(carrier, "N14228", flight("N14228"));
    }
    let event = event.untraced("N14228", flight("N14228"));
    let invocation = invoke(is_flight, &event).await;
    assert_eq!(invocation.stopped_at(), None);
    for (place, carrier) in carriers.into_iter().enumerate() {
        let link = &invocation.process_span(place).links[0];
        assert_eq!(link.span_context, *event.context(place).unwrap(), "{carrier}");
    }
    assert!(invocation.process_span(5).links.is_empty());
}

#[tokio::test]
async fn a_failure_stops_the_batch_at_its_record_and_marks_its_span() {
    let event = Event::new("flights").traced("N1", flight("N1")).traced("N2", "no flight").traced("N3", flight("N3"));
    let invocation = invoke(depart, &event).await;
    assert_eq!(invocation.stopped_at(), Some(1));
    assert!(matches!(invocation.process_span(1).status, Status::Error { .. }));
    let outcomes: Vec<_> = invocation.record_lines().iter().map(|line| line.outcome).collect();
    assert_eq!(outcomes, [ProcessOutcome::Succeeded, ProcessOutcome::Failed]);
}

#[tokio::test]
async fn the_first_record_that_fails_fails_the_batch_so_that_lambda_halves_it() {
    let event = Event::new("flights").unreadable("N1").traced("N2", flight("N2"));
    let invocation = invoke(depart, &event).await;
    assert!(invocation.answer().is_err(), "{invocation:?}");
}

#[tokio::test]
async fn records_of_an_aggregate_are_processed_one_by_one() {
    let legs = ["EWR", "IAH", "ORD"].map(|_| kinetrace::Record::new("N14228", flight("N14228")));
    let invocation = invoke(depart, &Event::new("flights").aggregate(legs)).await;
    assert_eq!(invocation.record_lines().len(), 3);
}

#[tokio::test]
async fn a_window_has_its_state_back() {
    let event =
        Event::new("flights").untraced("N14228", flight("N14228")).window_state(serde_json::json!({"count": 3}));
    let invocation = invoke(depart, &event).await;
    let answer = serde_json::to_value(invocation.answer().as_ref().unwrap()).unwrap();
    assert_eq!(answer["state"], serde_json::json!({"count": 3}));
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_does_not_end_is_cut_off_before_the_deadline() {
    async fn hang(_: Record) -> Result<(), Failure> {
        std::future::pending().await
    }
    let event = Event::new("flights").untraced("N1", "1");
    let invoker = Invoker::new().time(std::time::Duration::from_secs(1));
    assert_eq!(invoker.invoke(hang, &event).await.stopped_at(), Some(0));
}

#[tokio::test]
async fn a_handler_of_batches_is_invoked_and_each_of_its_records_has_its_span() {
    let store = async |batch: Batch| {
        tracing::info!(records = batch.len(), "stored");
        Err::<(), _>(BatchFailure::at(1, Failure::retry("the table took only a part")))
    };
    let event = Event::new("flights").traced("N14228", "1").traced("N24211", "2").untraced("N39463", "3");
    let invocation = invoke(ByBatch(store), &event).await;
    assert_eq!(invocation.stopped_at(), Some(1));
    for place in 0..2 {
        assert_eq!(invocation.process_span(place).links[0].span_context, *event.context(place).unwrap());
    }
    assert_eq!(invocation.record_lines().len(), 3);
    assert_eq!(invocation.log_lines().len(), 1);
}
