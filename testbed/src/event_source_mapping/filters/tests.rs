//! What patterns mean, and which are refused.

use bytes::Bytes;

use super::*;

fn record(data: &str) -> Record {
    Record {
        partition_key: Some("N14228".into()),
        sequence_number: "4959".into(),
        data: Bytes::copy_from_slice(data.as_bytes()),
        arrival_millis: 1_545_084_650_987,
    }
}

fn passes(patterns: &[&str], data: &str) -> bool {
    let patterns: Vec<_> = patterns.iter().map(|&pattern| pattern.to_owned()).collect();
    Filters::new(&patterns).unwrap().pass(&record(data))
}

fn refusal(pattern: &str) -> String {
    Filters::new(&[pattern.to_owned()]).unwrap_err().to_string()
}

/// The table of <https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax>, and what
/// EventBridge says of each operator.
#[test]
fn each_operator_means_what_aws_says() {
    let table: &[(&str, &[&str], &[&str])] = &[
        ("[null]", &["null", "[1, null]"], &["0", r#""""#, "{}", "[]"]),
        (r#"[""]"#, &[r#""""#], &["null", r#"" ""#]),
        (r#"["Alice"]"#, &[r#""Alice""#, r#"["Bob", "Alice"]"#, r#""\u0041lice""#], &[r#""alice""#, r#"{"Alice": 1}"#]),
        (r#"["Credit", "Debit"]"#, &[r#""Credit""#, r#""Debit""#], &[r#""Cash""#]),
        ("[true]", &["true"], &["false", r#""true""#, "1"]),
        ("[300]", &["300"], &["300.0", "3.0e2", r#""300""#]),
        (
            r#"[{"anything-but": ["Raining"]}]"#,
            &[r#""Sunny""#, "5", "null", r#"["Raining", "Sunny"]"#],
            &[r#""Raining""#, "{}", "[]"],
        ),
        (r#"[{"anything-but": "Raining"}]"#, &[r#""Sunny""#], &[r#""Raining""#]),
        (r#"[{"anything-but": [1, 2]}]"#, &["3", r#""1""#], &["1", "2"]),
        (r#"[{"numeric": ["=", 100]}]"#, &["100", "100.0", "1e2"], &["99", r#""100""#, "null"]),
        (r#"[{"numeric": [">", 10, "<=", 20]}]"#, &["10.5", "20"], &["10", "20.1", "-15"]),
        (r#"[{"numeric": [">=", 10, "<", 20]}]"#, &["10", "19.9"], &["20", "9"]),
        (r#"[{"exists": true}]"#, &["0", "null", r#""""#, "[1]"], &["{}", r#"{"a": 1}"#, "[]"]),
        (r#"[{"exists": false}]"#, &["{}", r#"{"a": 1}"#, "[]"], &["0", "null"]),
        (r#"[{"prefix": "us-"}]"#, &[r#""us-east-1""#], &[r#""eu-us-""#, r#""US-EAST""#, "5"]),
        (r#"[{"prefix": {"equals-ignore-case": "US-"}}]"#, &[r#""us-east-1""#, r#""Us-east""#], &[r#""eu""#]),
        (r#"[{"suffix": ".png"}]"#, &[r#""a.png""#], &[r#"".png.gz""#, r#""a.PNG""#]),
        (r#"[{"suffix": {"equals-ignore-case": ".PNG"}}]"#, &[r#""a.png""#], &[r#""a.pn""#]),
        (r#"[{"equals-ignore-case": "aLICE"}]"#, &[r#""Alice""#], &[r#""Alicea""#]),
        (r#"[{"prefix": "a"}, 5, {"exists": false}]"#, &[r#""ab""#, "5", "{}"], &[r#""b""#, "6"]),
    ];
    for (rules, meant, others) in table {
        let pattern = format!(r#"{{"data": {{"it": {rules}}}}}"#);
        for (value, expected) in meant.iter().map(|it| (it, true)).chain(others.iter().map(|it| (it, false))) {
            assert_eq!(passes(&[&pattern], &format!(r#"{{"it": {value}}}"#)), expected, "{rules} and {value}");
        }
    }
    for (rules, expected) in
        [(r#"[{"exists": false}]"#, true), (r#"[{"anything-but": "a"}]"#, false), ("[null]", false)]
    {
        assert_eq!(
            passes(&[&format!(r#"{{"data": {{"it": {rules}}}}}"#)], "{}"),
            expected,
            "{rules} without the field"
        );
    }
}

#[test]
fn all_fields_of_an_object_must_be_right_one_alternative_of_or_and_one_filter_of_several() {
    let data = r#"{"a": 1, "b": {"c": ["x", "y"]}, "list": [{"k": 1, "v": 2}, {"k": 3, "v": 4}], "more": 0}"#;
    let table = [
        (r#"{"data": {"a": [1], "b": {"c": ["y"]}}}"#, true),
        (r#"{"data": {"a": [1], "b": {"c": ["z"]}}}"#, false),
        (r#"{"data": {"$or": [{"a": [2]}, {"b": {"c": ["x"]}}]}}"#, true),
        (r#"{"data": {"$or": [{"a": [2]}, {"b": {"c": ["z"]}}]}}"#, false),
        (r#"{"data": {"more": [1], "$or": [{"a": [1]}, {"a": [2]}]}}"#, false),
        (r#"{"$or": [{"partitionKey": ["N14228"]}, {"data": {"a": [7]}}]}"#, true),
        (r#"{"data": {"list": {"k": [1], "v": [2]}}}"#, true),
        (r#"{"data": {"list": {"k": [1], "v": [4]}}}"#, false),
        (r#"{"data": {"b": {"d": {"e": [{"exists": false}]}}}}"#, true),
        (r#"{"partitionKey": [{"prefix": "N1"}], "data": {"a": [1]}}"#, true),
        (r#"{"partitionKey": ["N2"], "data": {"a": [1]}}"#, false),
        (r#"{"approximateArrivalTimestamp": [{"numeric": [">", 1545084650, "<", 1545084651]}]}"#, true),
        (r#"{"sequenceNumber": ["4959"], "kinesisSchemaVersion": ["1.0"]}"#, true),
        (r#"{"eventID": [{"exists": true}]}"#, false),
    ];
    for (pattern, expected) in table {
        assert_eq!(passes(&[pattern], data), expected, "{pattern}");
    }
    assert!(passes(&[table[1].0, table[0].0], data) && !passes(&[table[1].0, table[3].0], data) && passes(&[], data));
}

/// The table of <https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html>.
#[test]
fn a_payload_that_is_not_json_is_dropped_by_a_pattern_that_names_it_and_by_no_other() {
    let (of_data, of_key) = (r#"{"data": {"a": [{"exists": false}]}}"#, r#"{"partitionKey": ["N14228"]}"#);
    let both = r#"{"$or": [{"partitionKey": ["N14228"]}, {"data": {"a": [1]}}]}"#;
    let table = [
        (r#"{"b": 1}"#, of_data, true),
        (r#"{"a": 1}"#, of_data, false),
        ("plain text", of_data, false),
        ("", of_data, false),
        (r#"{"b": 1} and more"#, of_data, false),
        ("\u{feff}{}", of_data, false),
        ("5", of_data, true),
        (r#"{"b": 1}"#, of_key, true),
        ("plain text", of_key, true),
        ("plain text", both, false),
    ];
    for (data, pattern, expected) in table {
        assert_eq!(passes(&[pattern], data), expected, "{data:?} and {pattern}");
    }
    let binary = Record { data: Bytes::from_static(b"\xf3\x89\x9a\xc2"), ..record("") };
    let filters = |pattern: &str| Filters::new(&[pattern.to_owned()]).unwrap();
    assert!(!filters(of_data).pass(&binary) && filters(of_key).pass(&binary));
    for pattern in [r#"{"data": ["plain text"]}"#, r#"{"$or": [{"data": ["a"]}, {"partitionKey": ["b"]}]}"#] {
        assert!(refusal(pattern).contains("the pattern of data must be a JSON object"), "{}", refusal(pattern));
    }
}

#[test]
fn a_pattern_that_aws_would_refuse_is_refused_with_its_place() {
    let table = [
        ("", "it is not JSON"),
        ("{", "it is not JSON"),
        (r#"["a"]"#, "it is not a JSON object"),
        ("{}", "an object of a pattern has at least one field"),
        (r#"{"data": {"a": {}}}"#, "data.a: an object of a pattern has at least one field"),
        (r#"{"data": {"a": "b"}}"#, "data.a: a field has a list of values, or an object"),
        (r#"{"data": "plain"}"#, "data: a field has a list of values, or an object"),
        (r#"{"data": {"a": []}}"#, "data.a: the list of values is empty"),
        (r#"{"data": {"a": [["b"]]}}"#, "data.a: a list of values has no lists in it"),
        (r#"{"data": {"a": [{"wildcard": "*"}]}}"#, "data.a: \"wildcard\" is not an operator of Lambda's filters"),
        (r#"{"data": {"a": [{"cidr": "10.0.0.0/24"}]}}"#, "data.a: \"cidr\" is not an operator of Lambda's filters"),
        (r#"{"data": {"a": [{"prefix": "a", "suffix": "b"}]}}"#, "data.a: an operator stands alone"),
        (r#"{"data": {"a": [{}]}}"#, "data.a: an operator stands alone"),
        (r#"{"data": {"a": [{"prefix": 5}]}}"#, "data.a: prefix takes a text"),
        (r#"{"data": {"a": [{"suffix": {"prefix": "a"}}]}}"#, "data.a: suffix takes a text, or"),
        (r#"{"data": {"a": [{"exists": "yes"}]}}"#, "data.a: exists takes true or false"),
        (r#"{"data": {"a": [{"anything-but": []}]}}"#, "data.a: anything-but takes a text"),
        (r#"{"data": {"a": [{"anything-but": [true]}]}}"#, "data.a: anything-but takes a text"),
        (r#"{"data": {"a": [{"anything-but": {"prefix": "a"}}]}}"#, "data.a: anything-but takes a text"),
        (r#"{"data": {"a": [{"numeric": ["=", "5"]}]}}"#, "data.a: numeric compares with numbers"),
        (r#"{"data": {"a": [{"numeric": ["=", 5e10]}]}}"#, "data.a: numeric compares with numbers from"),
        (r#"{"data": {"a": [{"numeric": ["~", 5]}]}}"#, "data.a: \"~\" is not an operator of numeric"),
        (r#"{"data": {"a": [{"numeric": [">"]}]}}"#, "data.a: numeric lacks a number"),
        (r#"{"data": {"a": [{"numeric": []}]}}"#, "data.a: numeric takes one comparison"),
        (r#"{"data": {"a": [{"numeric": ["<", 5, ">", 1]}]}}"#, "data.a: numeric takes one comparison, or a range"),
        (r#"{"data": {"a": [{"numeric": [">", 5, "<", 1]}]}}"#, "data.a: numeric takes one comparison, or a range"),
        (r#"{"data": {"$or": [{"a": [1]}]}}"#, "data.$or: it takes a list of two objects or more"),
        (r#"{"data": {"$or": [{"a": [1]}, 5]}}"#, "data.$or: it takes a list of objects"),
    ];
    for (pattern, reason) in table {
        let refusal = refusal(pattern);
        assert!(
            refusal.starts_with(&format!("the Pattern of filter 1 in FilterCriteria is refused: {reason}")),
            "{refusal}"
        );
    }
    let long = format!(r#"{{"partitionKey": ["{}"]}}"#, "a".repeat(4096));
    assert!(refusal(&long).contains("more than 4096 characters"));
}

#[test]
fn there_are_five_filters_at_most_and_ten_where_the_quota_was_raised() {
    let patterns = |count| vec![r#"{"partitionKey": ["a"]}"#.to_owned(); count];
    assert!(Filters::new(&patterns(5)).is_ok());
    let error = Filters::new(&patterns(6)).unwrap_err().to_string();
    assert_eq!(error, "FilterCriteria has 6 filters; a mapping may have 5, and 10 where that quota was raised");
    assert!(Filters::with_quota(&patterns(10), 10).is_ok() && Filters::with_quota(&patterns(11), 99).is_err());
}

#[test]
fn what_is_nested_without_end_takes_neither_the_stack_nor_time() {
    let nested = |open: &str, end: &str, depth: usize| [open.repeat(depth), end.repeat(depth)].join("1");
    let (of_scalar, of_object) = (r#"{"data": {"a": [1]}}"#, r#"{"data": {"a": {"b": [{"exists": false}]}}}"#);
    for (open, end) in [("[", "]"), (r#"{"a":"#, "}"), (r#"[{"a":"#, "}]")] {
        let payload = format!(r#"{{"a": {}}}"#, nested(open, end, 100_000));
        assert!(!passes(&[of_scalar], &payload) && !passes(&[of_object], &payload), "{open}");
    }
    let within = format!(r#"{{"text": "[\"[", "a": {}}}"#, nested("[", "]", 127));
    let beyond = format!(r#"{{"a": {}}}"#, nested("[", "]", 128));
    assert!(passes(&[of_scalar], &within) && !passes(&[of_scalar], &beyond));
    let brackets = format!(r#"{{"a": 1, "b": "{}"}}"#, "[".repeat(1_000));
    assert!(passes(&[of_scalar], &brackets), "brackets in a text do not count");
    let pattern = nested(r#"{"a":"#, "}", 600).replace('1', "[1]");
    assert!(refusal(&pattern).contains("more than 128 deep"), "{}", refusal(&pattern));
}
