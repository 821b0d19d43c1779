//! What the spans say of an answer, and of none. The caller gets what it would have got.

use std::pin::pin;
use std::time::Duration;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::Builder;
use aws_sdk_kinesis::config::timeout::TimeoutConfig;
use aws_sdk_kinesis::error::{DisplayErrorContext, SdkError};
use aws_sdk_kinesis::operation::put_records::PutRecordsError;
use futures_util::future::{Either, select};
use kinetrace::{Carrier, Injection};
use opentelemetry::trace::Status;
use opentelemetry_sdk::trace::SpanData;
use tokio::net::TcpSocket;

use crate::wire::Step;
use crate::world::{STREAM, World, attribute, counted, entry};

const THROTTLED: &str = "ProvisionedThroughputExceededException";

#[tokio::test]
async fn an_entry_that_failed_says_so_and_the_others_say_where_they_are() {
    let world = World::start([Step::FailEntry(1, THROTTLED)]).await;
    let propagation = world.propagation(Carrier::Envelope);
    let counts = propagation.counts();
    let put = world.client(propagation).put_records().stream_name(STREAM);
    let put = put.records(entry("a", "1")).records(entry("b", "2")).records(entry("c", "3"));
    let answer = put.send().await.unwrap();
    assert_eq!(answer.failed_record_count(), Some(1));

    let created = world.spans_named("create flights");
    for (at, (span, stored)) in created.iter().zip(answer.records()).enumerate() {
        assert_eq!(attribute(span, "messaging.message.id"), stored.sequence_number().unwrap_or_default());
        assert_eq!(span.status != Status::Unset, at == 1);
    }
    assert_failed(&created[1], THROTTLED, &format!("{THROTTLED}: scripted"));
    assert_failed(&world.spans_named("send flights")[0], "put", "1 of 3 records failed");
    // Nothing is retried or split, and what did not arrive is not counted.
    assert_eq!(world.wire.puts().len(), 1);
    assert_eq!(counted(&counts), [(Injection::Injected, 2)]);
}

#[tokio::test]
async fn an_operation_that_fails_as_a_whole_ends_every_span_with_its_error() {
    let refused = Step::Refuse(400, "AccessDeniedException");
    // Bound and not listening: nobody else gets the port, and nobody answers.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let closed = socket.local_addr().unwrap();
    let timeouts = TimeoutConfig::builder().operation_timeout(Duration::from_millis(50)).build();
    let as_it_is: Box<dyn Fn(Builder) -> Builder> = Box::new(|config| config);
    let impatient: Box<dyn Fn(Builder) -> Builder> = Box::new(move |config| config.timeout_config(timeouts.clone()));
    let elsewhere: Box<dyn Fn(Builder) -> Builder> =
        Box::new(move |config| config.endpoint_url(format!("http://{closed}")));
    for (step, config, kind, text) in [
        (refused, as_it_is, "AccessDeniedException", "AccessDeniedException: scripted"),
        (Step::Hang, impatient, "timeout", "timeout"),
        (Step::Pass, elsewhere, "connector", "refused"),
    ] {
        let world = World::start([step, step]).await;
        let propagation = world.propagation(Carrier::Envelope);
        let counts = propagation.counts();
        let plain = Client::from_conf(config(world.config()).build());
        let traced = Client::from_conf(config(world.config()).interceptor(propagation).build());
        let expected = put_two(&plain).await;
        let error = put_two(&traced).await;
        assert_eq!(words(&error), words(&expected));
        let created = world.spans_named("create flights");
        assert_eq!(created.len(), 2, "{kind}");
        for span in created.iter().chain(&world.spans_named("send flights")) {
            assert_failed(span, kind, text);
        }
        assert_eq!(counted(&counts), []);
    }
}

#[tokio::test]
async fn a_put_that_is_not_awaited_ends_its_spans() {
    let world = World::start([Step::Hang]).await;
    let propagation = world.propagation(Carrier::Envelope);
    let counts = propagation.counts();
    let client = world.client(propagation);
    {
        let put = pin!(client.put_records().stream_name(STREAM).records(entry("a", "1")).send());
        let Either::Right(_) = select(put, pin!(world.wire.hangs())).await else { panic!("it was answered") };
        assert_eq!(world.spans().len(), 0);
    }
    for name in ["create flights", "send flights"] {
        let [span] = &world.spans_named(name)[..] else { panic!("one {name}") };
        assert_failed(span, "abandoned", "the put was abandoned before an answer came");
    }
    assert_eq!(counted(&counts), []);
}

async fn put_two(client: &Client) -> SdkError<PutRecordsError> {
    let put = client.put_records().stream_name(STREAM).records(entry("a", "1")).records(entry("b", "2"));
    put.send().await.unwrap_err()
}

/// Without the answer's headers, of which some name the time.
fn words(error: &SdkError<PutRecordsError>) -> String {
    match error {
        SdkError::ServiceError(answer) => DisplayErrorContext(answer.err()).to_string(),
        other => DisplayErrorContext(other).to_string(),
    }
}

#[track_caller]
fn assert_failed(span: &SpanData, kind: &str, text: &str) {
    let Status::Error { description } = &span.status else { panic!("{span:?}") };
    assert!(description.contains(text), "{description}");
    assert_eq!(attribute(span, "error.type"), kind);
}
