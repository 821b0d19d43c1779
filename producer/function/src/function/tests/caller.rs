//! What callers send by headers, and what of it gets into the stream.

use opentelemetry::trace::SpanId;
use opentelemetry_sdk::trace::Sampler;

use super::world::world;
use super::*;

const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn traceparent(flags: &str) -> String {
    format!("00-{TRACE_ID}-00f067aa0ba902b7-{flags}")
}

/// Twenty-two kilobytes of headers were on each record: a request of 57 KB with 2,000 events put 45 MB into the stream.
#[tokio::test]
async fn what_a_caller_sends_once_is_not_multiplied_without_bound() {
    let tracestate: Vec<_> = (0..32).map(|n| format!("k{n}={}", "x".repeat(250))).collect();
    let baggage: Vec<_> = (0..64).map(|n| format!("key{n}={}", "x".repeat(110))).collect();
    let (tracestate, baggage) = (tracestate.join(","), baggage.join(","));
    let headers = [("traceparent", traceparent("01")), ("tracestate", tracestate), ("baggage", baggage)];
    let world = world(false, Propagators::default(), Sampler::AlwaysOn);
    world.call(200, &headers.each_ref().map(|(name, value)| (*name, value.as_str()))).await;
    let data = world.data();
    let bytes: usize = data.iter().map(Vec::len).sum();
    assert_eq!(data.len(), 200);
    assert!(bytes <= 200 * (512 + 1024 + 300), "{bytes} bytes");
    assert!(world.field("baggage").is_some_and(|baggage| baggage.len() <= 1024));
    let dropped = world.function.telemetry.propagators().dropped();
    assert!(dropped.tracestate_read > 0 && dropped.baggage_written > 0, "{dropped:?}");
}

/// Neither the flag nor the ids that a stranger chooses decide anything; the owner's sampler does.
#[tokio::test]
async fn a_public_endpoint_begins_a_trace_and_links_to_the_callers_with_any_flags() {
    for flags in ["00", "01"] {
        for (ratio, is_sampled) in [(1.0, true), (0.0, false)] {
            let sampler = Sampler::ParentBased(Box::new(Sampler::TraceIdRatioBased(ratio)));
            let world = world(true, Propagators::default(), sampler);
            let traceparent = traceparent(flags);
            let headers = [("traceparent", traceparent.as_str()), ("tracestate", "rojo=1"), ("baggage", "user=alice")];
            world.call(1, &headers).await;
            let sent = world.field("traceparent").unwrap();
            assert!(!sent.contains(TRACE_ID) && sent.ends_with(if is_sampled { "-01" } else { "-00" }), "{sent}");
            assert_eq!((world.field("tracestate"), world.field("baggage")), (None, None), "{flags}");
            let span = world.invocation();
            assert_eq!(span.is_some(), is_sampled, "{flags} {ratio}");
            let Some(span) = span else { continue };
            assert_eq!(span.parent_span_id, SpanId::INVALID);
            assert_eq!(span.links.links[0].span_context.trace_id().to_string(), TRACE_ID);
        }
    }
}

#[tokio::test]
async fn baggage_of_public_callers_travels_if_its_key_is_named() {
    let world = world(true, Propagators::default().with_baggage_keys(["tenant"]), Sampler::AlwaysOn);
    world.call(1, &[("baggage", "user=alice,tenant=7")]).await;
    assert_eq!(world.field("baggage").as_deref(), Some("tenant=7"));
}

#[tokio::test]
async fn without_it_the_callers_trace_goes_on() {
    let world = world(false, Propagators::default(), Sampler::AlwaysOn);
    world.call(1, &[("traceparent", &traceparent("01")), ("baggage", "user=alice")]).await;
    assert!(world.field("traceparent").unwrap().contains(TRACE_ID));
    assert_eq!(world.field("baggage").as_deref(), Some("user=alice"));
    assert_eq!(world.invocation().unwrap().parent_span_id.to_string(), "00f067aa0ba902b7");
}
