mod caller;
mod front_end;
mod front_ends;
mod life;
mod lines;
mod one_stream;
mod world;

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use aws_sdk_kinesis::config::http::{HttpRequest, HttpResponse};
use aws_sdk_kinesis::config::{BehaviorVersion, Credentials, Region, RuntimeComponents};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::result::ConnectorError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http_body_util::BodyExt as _;
use kinetrace::__private::RecordLogFilter;
use kinetrace::history::PutOutcome;
use kinetrace::{Propagators, Record};
use kinetrace_producer::{Ack, AutoDistribution};
use one_stream::OneStream;
use tokio::time::Instant;

use super::*;
use crate::answer_room::AnswerRoom;

fn function(stream: &OneStream) -> Function {
    let config = aws_sdk_kinesis::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(Credentials::new("id", "secret", None, None, "made up"))
        .http_client(stream.clone())
        .build();
    let configuration = Configuration {
        stream: "flights".to_owned(),
        group_field: "tailnum".to_owned(),
        carrier: None,
        max_record_bytes: kinetrace::DEFAULT_MAX_RECORD_BYTES,
        auto_distribution: AutoDistribution::Refuse,
        key_names: kinetrace::KeyNames::default(),
        key_attribute: true,
        record_log: RecordLogFilter::None,
        public_endpoint: false,
    };
    Function::new(Client::from_conf(config), configuration, Telemetry::new(None, Propagators::default()))
}

/// One invocation.
async fn publish(function: &Function, records: Vec<Record>, time: Duration) -> Vec<EventResult> {
    let room = AnswerRoom::of(Channel::Direct, records.len()).unwrap();
    function.publish(Events { records, room }, time).await
}

async fn publish_one(function: &Function) -> Vec<EventResult> {
    publish(function, vec![Record::new("N14228", "{}")], MINUTE).await
}

const MINUTE: Duration = Duration::from_secs(60);

/// Why they failed, and how certain that is; `None` where they did not.
fn failures(results: &[EventResult]) -> Vec<Option<(&str, PutOutcome)>> {
    let failure = |result| match result {
        &EventResult::Failed { ref error, outcome } => Some((error.as_str(), outcome)),
        EventResult::Published { .. } => None,
    };
    results.iter().map(failure).collect()
}

#[tokio::test]
async fn an_environment_asks_the_stream_in_each_invocation_until_it_has_published() {
    let stream = OneStream::default();
    let function = function(&stream);
    for _ in 0..2 {
        let results = publish_one(&function).await;
        let [Some((error, PutOutcome::Failed))] = failures(&results)[..] else { panic!("{results:?}") };
        assert!(error.contains("ignores partition keys"), "{error}");
    }
    for _ in 0..3 {
        assert_eq!(failures(&publish_one(&function).await), [None]);
    }
    assert_eq!(stream.asked.load(Ordering::Relaxed), 3);
}

/// The stream of these is not asked.
fn warm(stream: &OneStream) -> Function {
    let mut function = function(stream);
    function.configuration.auto_distribution = AutoDistribution::Allow;
    function
}

/// Both would be in the stream after one that is not, and the count of their group would show no gap.
#[tokio::test]
async fn what_is_refused_before_it_has_a_place_halts_its_key_for_the_rest_of_the_request() {
    let too_long = "k".repeat(257);
    let too_large = "x".repeat(1_100_000);
    for (records, expected) in [
        (
            [("a", &*too_large), ("b", "1"), ("a", "2"), ("a", "3")],
            [Some("1100001 bytes"), None, Some("could not be published: data and partition key have"), Some("halted")],
        ),
        (
            [(&*too_long, "1"), (&*too_long, "2"), ("c", "3"), (&*too_long, "4")],
            [Some("this one 257"), Some("could not be published: a partition key"), None, Some("halted")],
        ),
    ] {
        let records = records.map(|(key, data)| Record::new(key, data)).into();
        let results = publish(&warm(&OneStream::default()), records, MINUTE).await;
        for (failure, expected) in failures(&results).iter().zip(expected) {
            let Some(expected) = expected else {
                assert_eq!(*failure, None, "{results:?}");
                continue;
            };
            let Some((error, PutOutcome::Failed)) = failure else { panic!("{results:?}") };
            assert!(error.contains("was not published") && error.contains(expected), "{error}");
        }
    }
}

/// What is on its way may be in the stream. What found no room surely is not.
#[tokio::test(start_paused = true)]
async fn without_an_answer_of_kinesis_every_event_has_a_result_in_time_and_only_what_was_sent_may_be_there() {
    // More than the publisher's buffer takes.
    let records = (0..45).map(|n| Record::new(format!("N{n}"), "x".repeat(1_000_000))).collect();
    let function = warm(&OneStream { hangs: true, ..OneStream::default() });
    let (start, time) = (Instant::now(), Duration::from_millis(400));
    let results = publish(&function, records, time).await;
    assert!(start.elapsed() < time + Duration::from_millis(10), "{:?}", start.elapsed());
    let failures = failures(&results);
    assert_eq!((results.len(), failures.iter().flatten().count()), (45, 45), "{failures:?}");
    let with = |outcome, text: &str| {
        failures.iter().flatten().filter(|(error, its)| *its == outcome && error.contains(text)).count()
    };
    assert!(with(PutOutcome::Unknown, "may not have been published") > 0, "{failures:?}");
    assert_eq!(with(PutOutcome::Unknown, ""), with(PutOutcome::Unknown, "may not have been published"));
    assert!(with(PutOutcome::Failed, "was not published: no room") >= 45 - 34, "{failures:?}");
}
