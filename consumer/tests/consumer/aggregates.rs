//! Aggregated records: what was packed together is processed one by one, in its order.

use std::sync::{Arc, Mutex};

use kinetrace::Format;
use kinetrace_consumer::{Failure, Record};

use crate::world::{SPAN_ID, TRACE_ID, World, aggregate, event};

#[tokio::test]
async fn each_user_record_has_its_own_key_place_and_context() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let collect = move |record: Record| {
        sink.lock().unwrap().push(record);
        std::future::ready(Ok::<_, Failure>(()))
    };
    let outcome = World::new().invoke(collect, &event(&[aggregate()])).await;
    assert_eq!(outcome.stop(), None);
    let seen = seen.lock().unwrap();
    let hash_key = |key: &str| Some(key.to_owned().try_into().unwrap());
    let expected = [
        ("first", "N1", None, Format::Aggregate),
        (r#""second""#, "N2", hash_key("7"), Format::Envelope),
        ("fail", "N1", None, Format::None),
        ("unreached", "N2", None, Format::None),
    ];
    assert_eq!(seen.len(), expected.len());
    for ((record, (payload, key, hash_key, format)), place) in seen.iter().zip(expected).zip(0..) {
        assert_eq!(record.payload, payload);
        assert_eq!((record.partition_key.as_deref(), record.explicit_hash_key), (Some(key), hash_key), "{payload}");
        assert_eq!((record.sequence_number.as_str(), record.sub_sequence_number), ("8", Some(place)), "{payload}");
        assert_eq!(record.format, format, "{payload}");
    }
}

#[tokio::test]
async fn each_user_record_is_linked_to_its_own_context() {
    let outcome =
        World::new().invoke(|_: Record| std::future::ready(Ok::<_, Failure>(())), &event(&[aggregate()])).await;
    let process: Vec<_> = outcome.spans.iter().filter(|span| span.name == "process flights").collect();
    let links = process.iter().map(|span| span.links.links.len()).collect::<Vec<_>>();
    assert_eq!(links, [1, 1, 0, 0]);
    for span in &process[..2] {
        let link = &span.links.links[0].span_context;
        assert_eq!((link.trace_id().to_string(), link.span_id().to_string()), (TRACE_ID.into(), SPAN_ID.into()));
    }
}
