//! A trace as a tree, for a terminal.

use std::fmt::Write as _;

use kinetrace_testbed::collector::{Kind, Span};
use kinetrace_testbed::printable::Printable;

/// The spans of one trace, each below its parent, with the time from the trace's start and the duration.
pub(crate) fn draw(spans: &[Span]) -> String {
    let start = spans.iter().map(|span| span.start_unix_nanos).min().unwrap_or_default();
    let is_root = |span: &&Span| !spans.iter().any(|other| span.parent_span_id.as_ref() == Some(&other.span_id));
    let mut rows = Vec::new();
    for root in spans.iter().filter(is_root) {
        rows.push((Printable(&root.name).to_string(), root));
        children(spans, root, "", &mut rows);
    }
    let width = rows.iter().map(|(label, _)| label.chars().count()).max().unwrap_or_default();
    let services = rows.iter().map(|(_, span)| span.service.len()).max().unwrap_or_default();
    let mut tree = String::new();
    for (label, span) in rows {
        let offset = millis(span.start_unix_nanos - start);
        let duration = millis(span.end_unix_nanos.saturating_sub(span.start_unix_nanos));
        let (service, kind) = (Printable(&span.service).to_string(), kind(span.kind));
        // Writing to a String cannot fail.
        let _ = writeln!(tree, "{label:width$}  {service:services$}  {kind:8}  +{offset:>8.3} ms  {duration:>8.3} ms");
    }
    tree
}

fn children<'a>(spans: &'a [Span], parent: &Span, indent: &str, rows: &mut Vec<(String, &'a Span)>) {
    let mut below: Vec<_> = spans.iter().filter(|span| span.parent_span_id.as_ref() == Some(&parent.span_id)).collect();
    below.sort_by_key(|span| span.start_unix_nanos);
    let count = below.len();
    for (index, span) in below.into_iter().enumerate() {
        let (branch, stem) = if index + 1 == count { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        rows.push((format!("{indent}{branch}{}", Printable(&span.name)), span));
        children(spans, span, &format!("{indent}{stem}"), rows);
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Server => "SERVER",
        Kind::Client => "CLIENT",
        Kind::Producer => "PRODUCER",
        Kind::Consumer => "CONSUMER",
        Kind::Internal | Kind::Unspecified => "INTERNAL",
    }
}

#[allow(clippy::cast_precision_loss, reason = "53 bits of nanoseconds are a hundred days")]
fn millis(nanos: u64) -> f64 {
    nanos as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use kinetrace_testbed::collector::Status;

    use super::*;

    fn span(name: &str, id: &str, parent: Option<&str>, start: u64, end: u64) -> Span {
        Span {
            trace_id: "t".into(),
            span_id: id.into(),
            parent_span_id: parent.map(Into::into),
            parent_is_remote: None,
            name: name.into(),
            kind: Kind::Server,
            start_unix_nanos: start,
            end_unix_nanos: end,
            service: "s".into(),
            resource: Default::default(),
            scope: Default::default(),
            attributes: Default::default(),
            events: Vec::new(),
            links: Vec::new(),
            dropped_links: 0,
            status: Status::Unset,
        }
    }

    #[test]
    fn every_span_is_drawn_once_below_its_parent_in_the_order_of_time() {
        let spans = [
            span("late", "3", Some("1"), 3_000_000, 4_000_000),
            span("root", "1", None, 1_000_000, 5_000_000),
            span("leaf", "4", Some("2"), 2_000_000, 2_500_000),
            span("early", "2", Some("1"), 2_000_000, 3_000_000),
            span("orphan", "5", Some("unseen"), 9_000_000, 9_000_000),
        ];
        let expected = "\
root        s  SERVER    +   0.000 ms     4.000 ms
├─ early    s  SERVER    +   1.000 ms     1.000 ms
│  └─ leaf  s  SERVER    +   1.000 ms     0.500 ms
└─ late     s  SERVER    +   2.000 ms     1.000 ms
orphan      s  SERVER    +   8.000 ms     0.000 ms
";
        assert_eq!(draw(&spans), expected);
    }
}
