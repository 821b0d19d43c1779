//! Exports that are parts of what there is.

use serde_json::{Value, json};

use super::*;

fn rows(count: usize) -> Vec<Value> {
    let others = std::iter::repeat_n("REPORT", count - 2);
    let row = |message: &str| json!([{"field": "@message", "value": message}]);
    [PRODUCE, PROCESS].into_iter().chain(others).map(row).collect()
}

fn events() -> Value {
    json!([{"message": PRODUCE}, {"message": PROCESS}])
}

/// Of a query, and how it ended.
fn query(count: usize, matched: usize, status: &str) -> String {
    json!({"results": rows(count), "statistics": {"recordsMatched": matched as f64}, "status": status}).to_string()
}

#[test]
fn an_export_that_says_or_seems_to_be_a_part_leaves_the_rest_open() {
    let csv = |rows: usize| {
        let cell = |message: &str| format!("2026-01-02,\"{}\n\"\n", message.replace('"', "\"\""));
        let others = std::iter::repeat_n("REPORT", rows - 2);
        "@timestamp,@message\n".to_owned() + &[PRODUCE, PROCESS].into_iter().chain(others).map(cell).collect::<String>()
    };
    let console = |count| {
        let row = |row: Value| json!({"@timestamp": "2026-01-02", "@message": row[0]["value"]});
        json!(rows(count).into_iter().map(row).collect::<Vec<_>>()).to_string()
    };
    let page = |token: &str, value: Value| json!({"events": events(), token: value}).to_string();
    let long = json!({"events": events(), "nextForwardToken": "f/1", "padding": "x".repeat(1_000_000)}).to_string();
    let text = format!("EVENTS\t{PRODUCE}\nEVENTS\t{PROCESS}\nNEXTTOKEN\teyJuZXh0\n");
    let table = [
        (page("nextToken", json!("abc")), Some("nextToken")),
        (page("NextToken", json!("abc")), Some("nextToken")),
        (page("nextToken", Value::Null), None),
        (page("nextForwardToken", json!("f/1")), None),
        (long, Some("get-log-events")),
        (text, Some("NEXTTOKEN")),
        (query(3, 3, "Complete"), None),
        (query(3, 4, "Complete"), Some("matched 4 events, of which it holds 3")),
        (query(3, 3, "Running"), Some("the status Running")),
        (query(10_000, 10_000, "Complete"), Some("10000 rows")),
        (console(9_999), None),
        (console(10_000), Some("10000 rows")),
        (csv(9_999), None),
        (csv(10_000), Some("10000 rows")),
        (format!("{{\"nextToken\":\"abc\"}}\n{{\"status\":\"Running\"}}\n{PRODUCE}\n{PROCESS}"), None),
    ];
    for (text, said) in table {
        let (verdict, _) = read(&[text.as_str()]).unwrap();
        let (count, shown) = (verdict.completeness.total(Lack::PartialDocuments), verdict.to_string());
        assert_eq!((count, verdict.holds()), (u64::from(said.is_some()), said.is_none()), "{said:?}: {verdict}");
        assert!(said.is_none_or(|said| shown.contains(said) && shown.contains("h.jsonl")), "{said:?}: {shown}");
    }
}

#[test]
fn a_file_that_cannot_be_unpacked_beside_one_that_holds_leaves_the_rest_open() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("a.log"), format!("{PRODUCE}\n{PROCESS}\n")).unwrap();
    std::fs::write(directory.path().join("b.zip"), b"PK\x03\x04\x14\x00").unwrap();
    let verdict = History::read(&[directory.path()], CheckerSettings::default()).unwrap().checker.finish();
    assert_eq!((verdict.completeness.total(Lack::PackedFiles), verdict.holds()), (1, false), "{verdict}");
}
