//! Records that others wrote.

use kinetrace::Reader;
use kinetrace_consumer::{Failure, Record};

use crate::world::{World, event};

#[tokio::test]
async fn datadogs_trace_is_continued_and_its_member_cut_out_only_on_demand() {
    let data = r#"{"n":1.0,"_datadog":{"x-datadog-trace-id":"10","x-datadog-parent-id":"11"}}"#;
    for (strip, payload) in [(false, data), (true, r#"{"n":1.0}"#)] {
        let handler = move |record: Record| {
            assert_eq!(record.payload, payload);
            std::future::ready(Ok::<_, Failure>(()))
        };
        let world = World::new().choosing(|it| it.reader(Reader::default().strip_foreign(strip)));
        let outcome = world.invoke(handler, &event(&[data])).await;
        assert_eq!((outcome.stop(), outcome.log[0].format.as_ref()), (None, "datadog"));
        let invocation = outcome.span("flights");
        assert_eq!(invocation.span_context.trace_id().to_string(), "0000000000000000000000000000000a");
        assert_eq!(invocation.parent_span_id.to_string(), "000000000000000b");
    }
}
