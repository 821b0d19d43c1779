//! More than one that would inject: one does.

use aws_sdk_kinesis::Client;
use kinetrace::{Carrier, Extraction, Format};
use kinetrace_producer::{Publisher, Record};

use crate::world::{STREAM, World, counted, entry, traceparent};

#[tokio::test]
async fn a_publisher_injects_by_itself_though_its_client_has_an_interceptor() {
    for (carrier, format) in
        [(Some(Carrier::Envelope), Format::Envelope), (Some(Carrier::Member), Format::Member), (None, Format::None)]
    {
        let world = World::start([]).await;
        let propagation = world.propagation(Carrier::Envelope);
        let counts = propagation.counts();
        let client = world.client(propagation);
        let publisher = Publisher::builder(client, STREAM).telemetry(&world.telemetry).carrier(carrier).build();
        publisher.send(Record::new("a", r#"{"n": 1.0}"#)).await.unwrap();
        publisher.close().await;
        let extraction = the_record(&world);
        assert_eq!((extraction.format, &*extraction.payload), (format, &br#"{"n": 1.0}"#[..]));
        let [created] = &world.spans_named("create flights")[..] else { panic!("one record, one create span") };
        assert_eq!(world.spans_named("send flights").len(), 1);
        if carrier.is_some() {
            assert_eq!(extraction.fields.get("traceparent").unwrap(), traceparent(&created.span_context));
        }
        assert_eq!(counted(&counts), []);
    }
}

#[tokio::test]
async fn of_two_interceptors_in_one_client_the_first_acts() {
    let world = World::start([]).await;
    let [first, second] = [Carrier::Member, Carrier::Envelope].map(|carrier| world.propagation(carrier));
    let config = world.config().interceptor(first).interceptor(second).build();
    let put = Client::from_conf(config).put_records().stream_name(STREAM).records(entry("a", r#"{"n": 1.0}"#));
    put.send().await.unwrap();
    let extraction = the_record(&world);
    assert_eq!((extraction.format, &*extraction.payload), (Format::Member, &br#"{"n": 1.0}"#[..]));
    assert_eq!(world.spans().len(), 2);
}

fn the_record(world: &World) -> Extraction {
    let sent = world.wire.puts();
    let [put] = &sent[..] else { panic!("one put") };
    let [entry] = &put.entries()[..] else { panic!("one record") };
    entry.extraction()
}
