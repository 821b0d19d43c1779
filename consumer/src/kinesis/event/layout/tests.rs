use super::*;
use crate::kinesis::event::Shape;

const LAMBDA: &str = r#"{"kinesis":{"kinesisSchemaVersion":"1.0","partitionKey":"é","sequenceNumber":"7","data":"SGVsbG8=","approximateArrivalTimestamp":1545084650.987},"eventSource":"aws:kinesis","eventID":"shardId-000000000006:7","eventSourceARN":"arn"}"#;

/// The values of the second, by the layout of the first.
fn values<'t>(first: &str, second: &'t str) -> Option<(Values<'t>, &'t str)> {
    let json: &RawValue = serde_json::from_str(first).unwrap();
    let entry = Entry::read(json, Shape::Mapping).unwrap();
    Layout::of(json.get(), &entry)?.values(second)
}

#[test]
fn a_record_of_the_same_layout_needs_no_parser() {
    let next = LAMBDA
        .replace("\"7\"", "\"8\"")
        .replace(":7\"", ":8\"")
        .replace("é", "")
        .replace("SGVsbG8=", "")
        .replace(".987", "");
    let text = format!("{next},{LAMBDA}");
    let (values, rest) = values(LAMBDA, &text).unwrap();
    let expected = Values {
        partition_key: Some(""),
        sequence_number: "8",
        data: "",
        arrival: arrival::arrival("1545084650"),
        event_id: Some("shardId-000000000006:8"),
    };
    assert_eq!((values, rest), (expected, &text[next.len()..]));
    let spread = LAMBDA.replace(',', " ,\n").replace(':', ": ");
    assert!(super::tests::values(&spread, &spread).is_some_and(|(_, rest)| rest.is_empty()));
}

#[test]
fn a_record_that_differs_elsewhere_is_of_another_layout() {
    let with = |old: &str, new: &str| LAMBDA.replacen(old, new, 1);
    for other in [
        with(r#""arn""#, r#""arm""#),
        with(r#""1.0""#, r#""1.1""#),
        with("shardId-000000000006", "shardId-000000000007"),
        with("shardId-000000000006:7", "shardId-000000000006"),
        with("1545084650.987", "null"),
        with("1545084650.987", "01"),
        with("1545084650.987", "1e3"),
        with("é", "\n"),
        with("1545084650.987", r#""1""#),
        with("\"é\"", "null"),
        with("é", r"\u00e9"),
        with(r#""7""#, "7"),
        with(r#""7""#, r#""""#),
        with(r#""7""#, r#""7\"""#),
        with(r#""data":"#, r#""data": "#),
        with(r#"},"eventSource""#, r#"},"kinesis":{},"eventSource""#),
        with(r#""eventSource":"aws:kinesis","#, ""),
        LAMBDA[..LAMBDA.len() - 1].to_owned(),
        "7".to_owned(),
        String::new(),
    ] {
        assert_eq!(values(LAMBDA, &other), None, "{other}");
    }
}

#[test]
fn what_has_no_place_of_its_own_has_no_layout() {
    let with = |old: &str, new: &str| LAMBDA.replacen(old, new, 1);
    for odd in [
        with(r#""7""#, "7"),
        with("shardId-000000000006:7", "shardId-000000000006"),
        with("shardId-000000000006:7", r"shardId-000000000006\u003a7:"),
    ] {
        assert_eq!(values(&odd, &odd), None, "{odd}");
    }
    for (missing, new) in [
        ("\"é\"", "null"),
        (r#""partitionKey":"é","#, ""),
        ("1545084650.987", "null"),
        (r#""eventID":"shardId-000000000006:7","#, ""),
    ] {
        let like = with(missing, new);
        assert!(values(&like, &like).is_some(), "{like}");
    }
}
