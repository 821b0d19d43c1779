//! The dashboard for Grafana, and what its expressions name.

use std::collections::BTreeSet;
use std::fs::read_to_string;

use regex::Regex;
use serde_json::Value;

use crate::process::repository;

/// Of all its panels, with what Grafana puts in for its variables.
pub(crate) fn expressions() -> Vec<String> {
    let text = read_to_string(repository().join("docs/reference/dashboards/grafana.json")).unwrap();
    let dashboard: Value = serde_json::from_str(&text).unwrap();
    let panels = dashboard["panels"].as_array().unwrap().iter();
    let targets = panels.filter_map(|panel| panel["targets"].as_array()).flatten();
    let expressions = targets.map(|target| target["expr"].as_str().unwrap());
    let expressions: Vec<_> =
        expressions.map(|it| it.replace("$stream", ".*").replace("$__rate_interval", "1m")).collect();
    assert!(!expressions.is_empty() && expressions.iter().all(|it| !it.contains('$')), "{expressions:?}");
    expressions
}

/// The metrics that an expression names, and the labels that they must have for it. `le`, which each histogram has, is not said.
pub(crate) fn names(expression: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    // A label that is to be empty need not be there.
    let expression = Regex::new("[a-z_]+=\"\"").unwrap().replace_all(expression, "");
    let expression = Regex::new("\"[^\"]*\"").unwrap().replace_all(&expression, "");
    let name = Regex::new(r"\b([a-z_]+)\b *([({\[]?)").unwrap();
    let (mut metrics, mut labels) = (BTreeSet::new(), BTreeSet::new());
    for found in name.captures_iter(&expression) {
        let word = &found[1];
        match &found[2] {
            "{" | "[" => drop(metrics.insert(family(word).to_owned())),
            // Functions and their words.
            "(" => {}
            _ if ["or", "le", "sum"].contains(&word) => {}
            _ => drop(labels.insert(word.to_owned())),
        }
    }
    (metrics, labels)
}

/// A histogram is one metric with several names.
fn family(name: &str) -> &str {
    ["_bucket", "_sum", "_count"].iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(name)
}

#[test]
fn an_expression_names_metrics_and_labels() {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let table: [(&str, &[&str], &[&str]); 3] = [
        (
            r#"histogram_quantile(0.99, sum by (le, shard) (rate(age_seconds_bucket{stream=~".*"}[1m])))"#,
            &["age_seconds"],
            &["shard", "stream"],
        ),
        (r#"sum(a_total{x="rate(b)", y=""}) - (sum(b_total{x!=""}) or vector(0))"#, &["a_total", "b_total"], &["x"]),
        ("sum by (field, direction) (rate(dropped_total[1m]))", &["dropped_total"], &["direction", "field"]),
    ];
    for (expression, metrics, labels) in table {
        assert_eq!(names(expression), (set(metrics), set(labels)), "{expression}");
    }
}
