//! The SDK's own retries: one operation, however many attempts.

use kinetrace::{Carrier, Injection};
use opentelemetry::trace::Status;

use crate::wire::Step;
use crate::world::{STREAM, World, counted, entry, traceparent};

#[tokio::test]
async fn an_operation_that_is_tried_again_sends_the_same_bytes_and_has_one_set_of_spans() {
    let refused = Step::Refuse(500, "InternalFailure");
    let world = World::start([refused, Step::Refuse(400, "ProvisionedThroughputExceededException")]).await;
    let propagation = world.propagation(Carrier::Envelope);
    let counts = propagation.counts();
    let client = world.client(propagation);
    let put = client.put_records().stream_name(STREAM).records(entry("a", "1")).records(entry("b", "2"));
    put.send().await.unwrap();

    let attempts = world.wire.puts();
    assert_eq!(attempts.len(), 3);
    assert!(attempts.iter().all(|attempt| *attempt == attempts[0]), "{attempts:?}");
    let created = world.spans_named("create flights");
    assert_eq!(created.len(), 2);
    for (entry, (span, payload)) in attempts[0].entries().iter().zip(created.iter().zip(["1", "2"])) {
        let extraction = entry.extraction();
        assert_eq!(extraction.fields.get("traceparent").unwrap(), traceparent(&span.span_context));
        assert_eq!(extraction.payload, payload);
        assert_eq!(span.status, Status::Unset);
    }
    assert_eq!(world.spans_named("send flights").len(), 1);
    assert_eq!(counted(&counts), [(Injection::Injected, 2)]);
}
