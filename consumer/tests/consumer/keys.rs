//! Which key a record's span names, so that the record can be found by it: its own, in plain or hashed, or none.

use kinetrace::{KeyNames, Reader};
use kinetrace_testing::Invoker;
use opentelemetry_sdk::trace::SpanData;

use crate::world::{World, aggregate, event, keyed_event, moody};

const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// What the spans of this name say, in the order in which they ended.
fn keys(spans: &[SpanData], name: &str) -> Vec<Option<String>> {
    let spans = spans.iter().filter(|span| span.name == name);
    let key = |span: &SpanData| span.attributes.iter().find(|it| it.key.as_str() == "kinetrace.record.key").cloned();
    spans.map(|span| key(span).map(|it| it.value.to_string())).collect()
}

#[tokio::test]
async fn a_process_span_names_the_key_of_its_record_as_lines_do_and_the_invocation_names_none() {
    let event = keyed_event(&[("N14228", "1"), ("N14228", "2"), ("N24211", "3")]);
    for names in [KeyNames::default(), KeyNames::hashed(), KeyNames::keyed("0123456789abcdef").unwrap()] {
        let outcome = World::new().naming(names.clone()).invoke(moody, &event).await;
        let expected = ["N14228", "N14228", "N24211"].map(|key| Some(names.name(key).into_owned()));
        assert_eq!(keys(&outcome.spans, "process flights"), expected);
        assert_eq!(
            outcome.log.iter().map(|line| line.group.as_deref().map(str::to_owned)).collect::<Vec<_>>(),
            expected
        );
        assert_eq!(keys(&outcome.spans, "flights"), [None]);
    }
}

#[tokio::test]
async fn of_what_was_packed_each_span_names_the_key_of_its_user_record() {
    let outcome = World::new().invoke(moody, &event(&[aggregate()])).await;
    assert_eq!(keys(&outcome.spans, "process flights"), ["N1", "N2", "N1"].map(|key| Some(key.to_owned())));
}

#[tokio::test]
async fn a_key_that_is_a_context_or_empty_names_nothing() {
    let named = |key: &str| Some(key.to_owned());
    let business = |invoker: Invoker| invoker.reader(Reader::default().read_partition_key(false));
    for (key, world, expected) in [
        (TRACEPARENT, World::new(), None),
        (TRACEPARENT, World::new().choosing(business), named(TRACEPARENT)),
        ("", World::new(), None),
    ] {
        let outcome = world.invoke(moody, &keyed_event(&[(key, "1")])).await;
        assert_eq!(keys(&outcome.spans, "process flights"), [expected], "{key:?}");
    }
}

#[tokio::test]
async fn a_consumer_that_is_told_so_keeps_keys_out_of_spans_and_has_them_in_lines() {
    let world = World::new().choosing(|configuration| configuration.key_attribute(false));
    let outcome = world.invoke(moody, &keyed_event(&[("N14228", "1")])).await;
    let attributes: Vec<_> = outcome.spans.iter().flat_map(|span| &span.attributes).collect();
    assert!(attributes.iter().all(|attribute| !attribute.value.to_string().contains("N14228")), "{attributes:?}");
    assert_eq!(outcome.log[0].group.as_deref(), Some("N14228"));
}
