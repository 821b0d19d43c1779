//! The configurations that the documentation prints, taken from its pages.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{read_dir, read_to_string};
use std::path::Path;

use regex::Regex;

use crate::process::repository;

/// Every configuration of a collector below `docs/`: the page, and what it prints.
pub(crate) fn configurations() -> BTreeMap<String, String> {
    let mut pages = Vec::new();
    collect(&repository().join("docs"), &mut pages);
    let of_page = pages.iter().flat_map(|page| {
        let text = read_to_string(page).unwrap();
        let name = Path::new(page).strip_prefix(repository().join("docs")).unwrap().display().to_string();
        let blocks: Vec<_> = blocks(&text).into_iter().filter(|block| is_configuration(block)).collect();
        assert!(blocks.len() < 2, "{name} has several; here they are known by their page");
        blocks.into_iter().map(move |block| (name.clone(), block))
    });
    of_page.collect()
}

fn collect(folder: &Path, pages: &mut Vec<String>) {
    for entry in read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, pages);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path.to_str().unwrap().to_owned());
        }
    }
}

/// One that is whole: what receives, and where that goes.
fn is_configuration(block: &str) -> bool {
    ["receivers:", "exporters:", "service:"].iter().all(|member| block.lines().any(|line| line == *member))
}

/// The blocks of YAML of a page, without the indentation of the list that they may be in.
fn blocks(page: &str) -> Vec<String> {
    let (mut blocks, mut open) = (Vec::new(), None::<(usize, String)>);
    for line in page.lines() {
        match &mut open {
            None if line.trim_start() == "```yaml" => {
                open = Some((line.len() - line.trim_start().len(), String::new()))
            }
            None => {}
            Some(_) if line.trim_start() == "```" => blocks.extend(open.take().map(|(_, block)| block)),
            Some((indent, block)) => {
                block.push_str(line.get(*indent..).unwrap_or_default());
                block.push('\n');
            }
        }
    }
    blocks
}

/// The metrics of `docs/reference/metrics.md`, and what may be their attributes, by the names that Prometheus gives them.
pub(crate) fn measured() -> (BTreeSet<String>, BTreeSet<String>) {
    let page = read_to_string(repository().join("docs/reference/metrics.md")).unwrap();
    let row = Regex::new(r"(?m)^\| `([a-z_.]+)` \| ([a-z -]+), `([^`]+)` \|").unwrap();
    let metrics = row.captures_iter(&page).map(|found| prometheus_name(&found[1], &found[2], &found[3]));
    let word = Regex::new("`([a-z_.]+)`").unwrap();
    let labels = word.captures_iter(&page).map(|found| found[1].replace('.', "_"));
    (metrics.collect(), labels.collect())
}

/// <https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/>
fn prometheus_name(name: &str, kind: &str, unit: &str) -> String {
    let unit = match unit {
        "s" => "_seconds",
        "By" => "_bytes",
        _ => "",
    };
    let counts = if kind == "counter" { "_total" } else { "" };
    format!("{}{unit}{counts}", name.replace('.', "_"))
}

#[test]
fn a_metric_has_another_name_at_prometheus_by_its_kind_and_unit() {
    let table = [
        ("a.messages", "counter", "{message}", "a_messages_total"),
        ("a.duration", "histogram", "s", "a_duration_seconds"),
        ("a.size", "up-down counter", "By", "a_size_bytes"),
    ];
    for (name, kind, unit, expected) in table {
        assert_eq!(prometheus_name(name, kind, unit), expected);
    }
}

#[test]
fn a_block_is_found_in_a_list_as_well_and_a_part_of_a_configuration_is_none() {
    let page = "1. Store:\n\n   ```yaml\n   receivers:\n     otlp:\n   exporters: \n   ```\n\n```yaml\nservice:\n```\n\n```sh\nls\n```\n";
    assert_eq!(blocks(page), ["receivers:\n  otlp:\nexporters: \n", "service:\n"]);
    assert!(!blocks(page).iter().any(|block| is_configuration(block)));
    assert!(is_configuration("receivers:\n  otlp:\nexporters:\n  debug:\nservice:\n"));
}
