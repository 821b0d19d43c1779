//! Which records a violation names.

use super::*;

/// The records that the only violation of this property names, as `shard:number` or `shard:number/place`.
fn named(story: &Story, property: &str) -> Vec<String> {
    let verdict = check(&story.events);
    let found = verdict.properties().into_iter().find(|it| it.name == property).unwrap();
    let [violation] = &*found.violations_named else { panic!("{property}:\n{verdict}") };
    assert_eq!(found.examples, std::slice::from_ref(&violation.text));
    let place = |id: &RecordId| {
        assert_eq!((&*id.stream, &*id.group), ("flights", "a"), "{id:?}");
        let within = id.sub_sequence_number.map(|place| format!("/{place}")).unwrap_or_default();
        format!("{}:{}{within}", id.shard, id.sequence_number)
    };
    violation.records.iter().map(place).collect()
}

#[test]
fn a_violation_names_the_records_that_were_compared_the_one_at_fault_first() {
    let story = Story::with_shards;
    let third = |change: fn(&mut Process)| pair().process_but(1, "10", 300, change);
    for (property, story, expected) in [
        ("no loss", pair().put(2, "11"), vec!["low:11"]),
        ("placement", pair().process_but(1, "12", 300, |it| it.shard = "high".into()), vec!["high:12"]),
        (
            "placement",
            Story::default().put(0, "9").put_but(1, "10", |it| it.shard = Some("high".into())),
            vec!["high:10"],
        ),
        (
            "stream order",
            story().put(0, "10").process(0, "10", 100).put(1, "9").process(1, "9", 200),
            vec!["low:9", "low:10"],
        ),
        ("stream order", story().pack("9", &[1, 0]).unpack("9", &[1, 0], 100), vec!["low:9/0", "low:9/1"]),
        (
            "process order",
            story().put(0, "9").process(0, "9", 200).put(1, "10").process(1, "10", 100),
            vec!["low:10", "low:9"],
        ),
        ("no overlap", pair().put(2, "11").process(2, "11", 209), vec!["low:11", "low:10"]),
        ("non-interference", third(|it| it.payload_crc32 = 77), vec!["low:10"]),
        ("trace", third(|it| it.span = None), vec!["low:10"]),
    ] {
        assert_eq!(named(&story, property), expected, "{property}");
    }
}

/// Of a put without an answer nobody knows a place, until a consumer finds one.
#[test]
fn a_record_without_a_place_is_not_named_and_one_that_was_found_is() {
    let nowhere = |it: &mut Produce| (it.shard, it.sequence_number) = (None, None);
    assert_eq!(named(&pair().put_but(2, "", nowhere), "no loss"), Vec::<String>::new());
    let found = Story::with_shards().put_but(0, "", unknown).put(1, "9").process(1, "9", 100).process(0, "10", 200);
    assert_eq!(named(&found, "stream order"), ["low:9", "low:10"]);
    let nobodys = pair().process_but(0, "77", 205, |it| it.order = None);
    assert_eq!(named(&nobodys, "no overlap"), ["low:77", "low:10"]);
}

/// A page can lead to each, and a verdict that is printed stays short.
#[test]
fn as_many_violations_are_named_as_asked_for_and_the_examples_stay_five() {
    let story = (2..12).fold(pair(), |story, sequence| story.put(sequence, &(9 + sequence).to_string()));
    for (most_named, expected) in [(0, 0), (5, 5), (7, 7), (1000, 10)] {
        let mut checker = Checker::new(CheckerSettings { most_named, ..Default::default() });
        story.events.iter().cloned().for_each(|event| checker.add(event));
        let verdict = checker.finish();
        assert_eq!((verdict.no_loss.violations_named.len(), verdict.no_loss.examples.len()), (expected, 5));
        let json = serde_json::to_value(&verdict).unwrap();
        let members: Vec<_> = json["no_loss"].as_object().unwrap().keys().cloned().collect();
        assert_eq!(members, ["checked", "examples", "meaning", "name", "violations", "within_tolerance"], "as printed");
    }
}

#[test]
fn a_line_about_a_record_says_which_one_and_one_about_a_shard_does_not() {
    let story = pair().pack("11", &[2]).unpack("11", &[2], 300).put_but(3, "", unknown);
    let ids: Vec<_> = story.events.iter().filter_map(RecordId::of).collect();
    let numbers: Vec<_> = ids.iter().map(|id| (id.sequence_number.as_str(), id.sub_sequence_number)).collect();
    assert_eq!(numbers, [("9", None), ("9", None), ("10", None), ("10", None), ("11", Some(0)), ("11", Some(0))]);
    assert_eq!(ids[0], ids[1], "the put, and its processing");
}
