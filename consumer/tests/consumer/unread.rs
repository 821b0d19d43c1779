//! Contexts that the propagators in use do not read.

use crate::world::{SPAN_ID, TRACE_ID, World, event, moody};

/// Under the default propagators, a `b3` in the envelope hides no `traceparent` in its payload.
#[tokio::test]
async fn a_context_that_is_read_is_continued_though_another_stands_in_front_of_it() {
    let b3 = r#"{"b3":"0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1"}"#;
    let data = format!(r#"{{"_otel":{b3},"data":{{"n":1,"traceparent":"00-{TRACE_ID}-{SPAN_ID}-01"}}}}"#);
    let outcome = World::new().invoke(moody, &event(&[&data])).await;
    assert_eq!(outcome.span("flights").parent_span_id.to_string(), SPAN_ID);
    assert_eq!(outcome.log[0].context.as_ref().unwrap().trace_id, TRACE_ID);
    let only = format!(r#"{{"_otel":{b3},"data":1}}"#);
    let outcome = World::new().invoke(moody, &event(&[&only])).await;
    assert_eq!((outcome.log[0].context.as_ref(), &*outcome.log[0].format), (None, "envelope"));
}
