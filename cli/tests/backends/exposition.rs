//! What the collector shows to Prometheus, as text.

use std::collections::{BTreeMap, BTreeSet};

/// What it shows of the resource itself.
const RESOURCE: &str = "target_info";

/// The labels of each metric, of which a histogram is one, but for `le`, which each histogram has.
pub(crate) fn read(text: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut metrics = BTreeMap::<_, BTreeSet<_>>::new();
    let mut metric = String::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("# TYPE ").and_then(|rest| rest.split(' ').next()) {
            name.clone_into(&mut metric);
        } else if let Some((_, rest)) = line.split_once('{').filter(|_| !line.starts_with('#')) {
            let labels = rest.rsplit_once('}').map_or("", |(labels, _)| labels);
            metrics.entry(metric.clone()).or_default().extend(names(labels).filter(|label| label != "le"));
        }
    }
    metrics.remove(RESOURCE);
    metrics
}

/// Of `a="1",b="2,c"`: a and b.
fn names(labels: &str) -> impl Iterator<Item = String> {
    let names = labels.split("=\"").filter_map(|part| part.rsplit([',', '"']).next());
    let count = labels.matches("=\"").count();
    names.take(count).map(str::to_owned)
}

#[test]
fn families_and_labels_are_found_and_values_are_not_taken_for_them() {
    let text = "# HELP a_total What: {x=\"1\"}\n# TYPE a_total counter\na_total{job=\"b,c=d\",shard_id=\"0\"} 3\n# TYPE t_seconds histogram\n\
                t_seconds_bucket{job=\"b\",le=\"+Inf\"} 1\nt_seconds_sum{job=\"b\"} 1\n# TYPE target_info gauge\ntarget_info{host=\"h\"} 1\n";
    let labels = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let expected = [("a_total", labels(&["job", "shard_id"])), ("t_seconds", labels(&["job"]))];
    assert_eq!(read(text), expected.map(|(name, labels)| (name.to_owned(), labels)).into());
}
