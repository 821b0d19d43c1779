//! Which spans an invocation sends, and all that is in them.

use std::collections::BTreeMap;

use kinetrace::__private::aggregation;
use kinetrace::Record;
use kinetrace_testbed::collector::{AttributeValue, Kind, Scope, Span, Status};
use opentelemetry_semantic_conventions::attribute as names;

use crate::bootstrap::FUNCTION;
use crate::world::{AGE, KEY, Outcome, SHARD, STREAM, World, answer_of, envelope, links, sender, text};

const PROCESS: &str = "process flights";

/// The invocation's span says these things, and nothing else.
fn check_invocation(outcome: &Outcome, span: &Span, cold: bool, records: Option<i64>) {
    assert_eq!(span.kind, Kind::Server);
    let mut expected = BTreeMap::from([
        (names::FAAS_TRIGGER, text("pubsub")),
        (names::FAAS_INVOCATION_ID, span.attributes[names::FAAS_INVOCATION_ID].clone()),
        (names::FAAS_COLDSTART, cold.into()),
        (names::AWS_LAMBDA_INVOKED_ARN, text(&outcome.arn)),
        (names::CLOUD_ACCOUNT_ID, text("000000000000")),
    ]);
    assert_eq!(expected[names::FAAS_INVOCATION_ID].to_string().len(), 36, "a UUID");
    expected.extend(records.map(|records| (names::MESSAGING_BATCH_MESSAGE_COUNT, records.into())));
    assert_eq!(attributes(span), expected);
    assert!(links(span).contains(&outcome.xray()), "Lambda's own trace id: {span:#?}");
    check_resource(&span.resource);
}

/// A record's span says these things, and nothing else.
fn check_process(span: &Span, invocation: &Span, sequence_number: &str, format: &str, error_type: Option<&str>) {
    assert_eq!(span.kind, Kind::Consumer);
    assert_eq!(span.parent_span_id.as_ref(), Some(&invocation.span_id));
    assert_eq!((&span.trace_id, span.parent_is_remote), (&invocation.trace_id, Some(false)));
    assert!(invocation.start_unix_nanos <= span.start_unix_nanos && span.end_unix_nanos <= invocation.end_unix_nanos);
    let mut expected = BTreeMap::from([
        (names::MESSAGING_SYSTEM, text("aws.kinesis")),
        (names::MESSAGING_OPERATION_NAME, text("process")),
        (names::MESSAGING_OPERATION_TYPE, text("process")),
        (names::MESSAGING_DESTINATION_NAME, text(STREAM)),
        (names::MESSAGING_DESTINATION_PARTITION_ID, text(SHARD)),
        (names::MESSAGING_MESSAGE_ID, text(sequence_number)),
        (names::AWS_KINESIS_STREAM_NAME, text(STREAM)),
        ("kinetrace.format", text(format)),
        ("kinetrace.record.key", text(KEY)),
        ("kinetrace.record.age_ms", span.attributes["kinetrace.record.age_ms"].clone()),
    ]);
    let AttributeValue::Int(age) = expected["kinetrace.record.age_ms"] else { panic!("{span:#?}") };
    let hour = i64::try_from(AGE.as_millis()).unwrap();
    assert!((hour..hour + 60_000).contains(&age), "{age}");
    expected.extend(error_type.map(|error_type| (names::ERROR_TYPE, text(error_type))));
    assert_eq!(attributes(span), expected);
    check_resource(&span.resource);
    check_scope(&span.scope);
}

/// The version is that of the crates, and the schema that of the names above.
pub(crate) fn check_scope(scope: &Scope) {
    let expected = ["kinetrace", env!("CARGO_PKG_VERSION"), opentelemetry_semantic_conventions::SCHEMA_URL];
    assert_eq!([&scope.name, &scope.version, &scope.schema_url], expected);
}

fn attributes(span: &Span) -> BTreeMap<&str, AttributeValue> {
    span.attributes.iter().map(|(key, value)| (key.as_str(), value.clone())).collect()
}

/// What the detector for Lambda finds, and the name of the service.
pub(crate) fn check_resource(resource: &BTreeMap<String, AttributeValue>) {
    for (name, value) in [
        (names::SERVICE_NAME, FUNCTION),
        (names::CLOUD_PROVIDER, "aws"),
        (names::CLOUD_PLATFORM, "aws_lambda"),
        (names::CLOUD_REGION, "us-east-1"),
        (names::FAAS_NAME, FUNCTION),
        (names::FAAS_VERSION, "$LATEST"),
    ] {
        assert_eq!(resource.get(name), Some(&text(value)), "{name}");
    }
    assert_eq!(resource[names::FAAS_MAX_MEMORY], (128 * 1024 * 1024).into());
    let log_group = AttributeValue::List(vec![text("/aws/lambda/flights-consumer")]);
    assert_eq!(resource[names::AWS_LOG_GROUP_NAMES], log_group);
    assert!(resource[names::FAAS_INSTANCE].to_string().starts_with("testbed/[$LATEST]"), "{resource:?}");
}

#[tokio::test]
async fn the_producers_trace_goes_on_in_the_invocation_of_a_single_record() {
    let world = World::start(&[]).await;
    assert_eq!(world.invoke(&[envelope(1, "a")]).await, answer_of(&[]));
    let outcome = world.finish().await;
    let (invocation, process) = (outcome.span(FUNCTION), outcome.span(PROCESS));
    check_invocation(&outcome, invocation, true, None);
    check_process(process, invocation, "8", "envelope", None);
    let parent = (invocation.trace_id.clone(), invocation.parent_span_id.clone().unwrap());
    assert_eq!((parent, invocation.parent_is_remote), (sender(1), Some(true)));
    assert_eq!((invocation.links.len(), process.links.len()), (1, 0));
    assert_eq!((&invocation.status, &process.status), (&Status::Unset, &Status::Unset));
}

#[tokio::test]
async fn of_several_records_each_links_to_its_own_producer() {
    let world = World::start(&[]).await;
    let records = [envelope(1, "a"), "b".to_owned(), envelope(3, "c")];
    assert_eq!(world.invoke(&records).await, answer_of(&[]));
    let outcome = world.finish().await;
    let (invocation, processes) = (outcome.span(FUNCTION), outcome.spans(PROCESS));
    check_invocation(&outcome, invocation, true, Some(3));
    assert_eq!((&invocation.parent_span_id, invocation.parent_is_remote, invocation.links.len()), (&None, None, 1));
    let expected = [("8", "envelope", vec![sender(1)]), ("9", "none", vec![]), ("10", "envelope", vec![sender(3)])];
    assert_eq!(processes.len(), expected.len());
    for (process, (sequence_number, format, senders)) in processes.into_iter().zip(expected) {
        check_process(process, invocation, sequence_number, format, None);
        assert_eq!(links(process), senders);
        assert!(process.links.iter().all(|link| link.is_remote == Some(true)), "{process:#?}");
    }
}

#[tokio::test]
async fn the_records_of_an_aggregate_have_spans_and_links_of_their_own() {
    let world = World::start(&[]).await;
    let records = [envelope(1, "a"), "b".to_owned(), envelope(3, "c")].map(|data| Record::new(KEY, data));
    let pack = aggregation::pack(&records[0], &records[1..]);
    assert_eq!(world.invoke(&[pack.data]).await, answer_of(&[]));
    let outcome = world.finish().await;
    let (invocation, processes) = (outcome.span(FUNCTION), outcome.spans(PROCESS));
    check_invocation(&outcome, invocation, true, Some(3));
    let expected = [("envelope", vec![sender(1)]), ("none", vec![]), ("envelope", vec![sender(3)])];
    assert_eq!(processes.len(), expected.len());
    for (process, (format, senders)) in processes.into_iter().zip(expected) {
        check_process(process, invocation, "8", format, None);
        assert_eq!(links(process), senders);
    }
}

#[tokio::test]
async fn a_failure_shows_in_its_records_span_and_in_the_invocations() {
    let world = World::start(&[]).await;
    let table = [("fail", "failure", "no such plane"), ("panic", "panic", "panicked: out of fuel")];
    for (record, ..) in table {
        assert_eq!(world.invoke(&[envelope(1, record)]).await, answer_of(&["8"]));
    }
    let outcome = world.finish().await;
    let (invocations, processes) = (outcome.spans(FUNCTION), outcome.spans(PROCESS));
    assert_eq!((invocations.len(), processes.len()), (2, 2));
    for (place, (_, error_type, message)) in table.into_iter().enumerate() {
        check_invocation(&outcome, invocations[place], place == 0, None);
        check_process(processes[place], invocations[place], "8", "envelope", Some(error_type));
        assert_eq!(processes[place].status, Status::Error(message.to_owned()));
        assert_eq!(invocations[place].status, Status::Error("stopped at record 8".to_owned()));
    }
}
