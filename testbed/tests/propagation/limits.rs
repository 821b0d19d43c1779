//! What has no room for the context goes without it, and no put fails for it.

use kinetrace::{Carrier, Format, Injection};

use crate::world::{STREAM, World, attribute, counted, entry};

/// The emulator's own limit for a request, and that of Kinesis until 2025.
const FIVE_MIB: usize = 5 * 1024 * 1024;

#[tokio::test]
async fn a_record_with_no_room_goes_byte_for_byte_and_the_key_takes_room_too() {
    let payload = r#""1234567890""#;
    let envelope = r#"{"_otel":{"traceparent":""},"data":}"#.len() + 55 + payload.len();
    for (carrier, key, max_record_bytes, injection) in [
        (Carrier::Envelope, "a", envelope + 1, Injection::Injected),
        (Carrier::Envelope, "a", envelope, Injection::TooLarge),
        (Carrier::Envelope, "ab", envelope + 1, Injection::TooLarge),
        (Carrier::PartitionKey, "ab", payload.len() + 55, Injection::Injected),
        (Carrier::PartitionKey, "ab", payload.len() + 54, Injection::TooLarge),
    ] {
        let world = World::start([]).await;
        let propagation = world.propagation(carrier).max_record_bytes(max_record_bytes);
        let counts = propagation.counts();
        let put = world.client(propagation).put_records().stream_name(STREAM).records(entry(key, payload));
        put.send().await.unwrap();
        assert_eq!(counted(&counts), [(injection, 1)], "{carrier} {max_record_bytes}");
        assert_eq!(attribute(&world.spans_named("create flights")[0], "kinetrace.injection"), injection.to_string());
        let [sent] = &world.wire.puts()[0].entries()[..] else { panic!("one record") };
        if injection == Injection::TooLarge {
            assert_eq!((sent.key(), &*sent.data(), sent.explicit_hash_key()), (key, payload.as_bytes(), None));
        }
    }
}

#[tokio::test]
async fn a_record_of_the_default_limit_is_taken_as_it_is() {
    let world = World::start([]).await;
    let client = world.client(world.propagation(Carrier::Envelope));
    let full = entry("a", vec![b'7'; 1024 * 1024 - 1]);
    client.put_records().stream_name(STREAM).records(full).send().await.unwrap();
    assert_eq!(attribute(&world.spans_named("create flights")[0], "kinetrace.injection"), "too_large");
}

/// A request that is almost full: the first record takes what room there is, and the service takes the request.
#[tokio::test]
async fn the_room_of_a_request_is_shared_by_its_records() {
    const RECORDS: usize = 6;
    let world = World::start([]).await;
    let propagation = world.propagation(Carrier::Envelope).max_request_bytes(FIVE_MIB);
    let counts = propagation.counts();
    let client = world.client(propagation);
    let key = "k".repeat(100);
    let size = (FIVE_MIB - 150) / RECORDS;
    let records = vec![entry(&key, vec![b'7'; size - key.len()]); RECORDS];
    client.put_records().stream_name(STREAM).set_records(Some(records)).send().await.unwrap();
    let formats: Vec<_> = world.wire.puts()[0].entries().iter().map(|entry| entry.extraction().format).collect();
    assert_eq!(formats[0], Format::Envelope);
    assert!(formats[1..].iter().all(|format| *format == Format::None), "{formats:?}");
    assert_eq!(counted(&counts), [(Injection::Injected, 1), (Injection::TooLarge, 5)]);
}

/// What one carrier saves by a shorter key, the next record may use.
#[tokio::test]
async fn room_that_a_context_frees_is_room() {
    let world = World::start([]).await;
    let long = "k".repeat(155);
    let propagation = world.propagation(Carrier::PartitionKey).max_request_bytes(155 + 1 + 5 + 1);
    let counts = propagation.counts();
    let put = world.client(propagation).put_records().stream_name(STREAM);
    put.records(entry(&long, "1")).records(entry("short", "2")).send().await.unwrap();
    assert_eq!(counted(&counts), [(Injection::Injected, 2)]);
}
