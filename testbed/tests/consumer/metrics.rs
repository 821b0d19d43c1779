//! The fate of records shows in metrics.

use kinetrace_testbed::collector::Point;
use opentelemetry_semantic_conventions::{attribute, metric};

use crate::spans::{check_resource, check_scope};
use crate::world::{AGE, SHARD, STREAM, World, answer_of, envelope};

const RECORD_AGE: &str = "kinetrace.consumer.record.age";

/// A series says these things, and nothing else.
fn check(point: &Point, unit: &str, shard: bool, error_type: Option<&str>) {
    let mut expected = vec![
        (attribute::MESSAGING_SYSTEM, "aws.kinesis"),
        (attribute::MESSAGING_OPERATION_NAME, "process"),
        (attribute::MESSAGING_DESTINATION_NAME, STREAM),
    ];
    expected.extend(shard.then_some((attribute::MESSAGING_DESTINATION_PARTITION_ID, SHARD)));
    expected.extend(error_type.map(|error_type| (attribute::ERROR_TYPE, error_type)));
    expected.sort_unstable();
    let attributes: Vec<_> = point.attributes.iter().map(|(key, value)| (&**key, value.as_str().unwrap())).collect();
    assert_eq!(attributes, expected);
    assert_eq!(point.unit, unit);
    check_resource(&point.resource);
    check_scope(&point.scope);
}

#[tokio::test]
async fn records_are_counted_and_timed_by_what_became_of_them() {
    let world = World::start(&[]).await;
    assert_eq!(world.invoke(&[envelope(1, "a"), "b".to_owned(), envelope(3, "c")]).await, answer_of(&[]));
    assert_eq!(world.invoke(&["skip"]).await, answer_of(&[]));
    assert_eq!(world.invoke(&["d", "fail", "unreached"]).await, answer_of(&["9"]));
    assert_eq!(world.invoke(&["panic"]).await, answer_of(&["8"]));
    let collector = world.finish().await.collector;

    let (consumed, duration) = (metric::MESSAGING_CLIENT_CONSUMED_MESSAGES, metric::MESSAGING_PROCESS_DURATION);
    let [skipped, failed, panicked] = ["skipped", "failure", "panic"].map(|error_type| (Some(error_type), 1));
    for (error_type, records) in [(None, 4_u8), skipped, failed, panicked] {
        let only = |metric| {
            let points: Vec<_> = collector.metric(metric, &[]);
            let is_of = |it: &&Point| it.attributes.get(attribute::ERROR_TYPE).and_then(|it| it.as_str()) == error_type;
            let [point] = points.iter().filter(is_of).collect::<Vec<_>>()[..] else { panic!("{points:#?}") };
            point.clone()
        };
        check(&only(consumed), "{message}", true, error_type);
        check(&only(duration), "s", false, error_type);
        assert_eq!((only(consumed).value, only(duration).count), (f64::from(records), Some(records.into())));
        // As the conventions advise.
        let bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
        assert_eq!(only(duration).bounds, bounds);
    }
    assert_eq!(collector.total(consumed, &[]), 7.0, "what was not reached is not counted");

    let [age] = &collector.metric(RECORD_AGE, &[])[..] else { panic!("one shard") };
    check(age, "s", true, None);
    assert_eq!((age.count, age.bounds.last()), (Some(7), Some(&(7.0 * 24.0 * 3600.0))));
    assert!((AGE.as_secs_f64()..AGE.as_secs_f64() + 60.0).contains(&(age.value / 7.0)), "{age:#?}");
}

#[tokio::test]
async fn the_records_of_an_aggregate_are_counted_one_by_one() {
    let world = World::start(&[]).await;
    let records = ["a", "b", "c"].map(|data| kinetrace::Record::new("N14228", data));
    world.invoke(&[kinetrace::__private::aggregation::pack(&records[0], &records[1..]).data]).await;
    let collector = world.finish().await.collector;
    assert_eq!(collector.total(metric::MESSAGING_CLIENT_CONSUMED_MESSAGES, &[]), 3.0);
    assert_eq!(collector.metric(RECORD_AGE, &[])[0].count, Some(3));
}
