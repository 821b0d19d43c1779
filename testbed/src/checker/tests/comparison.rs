//! Two runs against each other.

use super::*;

#[test]
fn a_record_that_fared_differently_in_the_other_run_is_a_violation() {
    let table: Vec<(&str, Story, u64)> = vec![
        ("the same", pair(), 0),
        (
            "other numbers and times",
            Story::with_shards().put(0, "5").process(0, "5", 1).put(1, "6").process(1, "6", 90),
            0,
        ),
        ("another shard", pair().put_but(2, "11", |p| p.shard = Some("high".into())), 1),
        ("other bytes", pair().put_but(2, "11", |p| p.payload_crc32 = 77), 1),
        (
            "other bytes to the handler",
            Story::with_shards()
                .put(0, "5")
                .process(0, "5", 1)
                .put(1, "6")
                .process_but(1, "6", 90, |p| p.payload_crc32 = 77)
                .put(2, "11"),
            1,
        ),
        ("another outcome of the put", pair().put_but(2, "11", unknown), 1),
        ("processed", pair().put(2, "11").process(2, "11", 300), 1),
        ("an additional record", pair().put(2, "11").put(3, "12"), 1),
    ];
    for (name, story, violations) in table {
        let baseline =
            if name == "the same" || name.starts_with("other numbers") { pair() } else { pair().put(2, "11") };
        for property in [compare(&baseline.events, &story.events), compare(&story.events, &baseline.events)] {
            assert_eq!(property.violations, violations, "{name}: {property:?}");
        }
    }
}

#[test]
fn random_producer_ids_and_stream_names_do_not_matter() {
    let rename = |mut story: Story| {
        for event in &mut story.events {
            if let Event::Produce(produce) = event {
                produce.order.as_mut().unwrap().producer = ProducerId::from_bits(99);
                produce.stream = "flights-traced".into();
            }
            if let Event::Process(process) = event {
                process.order = None;
                process.stream = "flights-traced".into();
            }
        }
        story
    };
    let property = compare(&pair().events, &rename(pair()).events);
    assert!(property.holds() && property.checked == 2, "{property:?}");
}
