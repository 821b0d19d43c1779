//! The spans of a trace, as a tree.

use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value};

/// A span, as the page of `kinetrace local` has it.
#[derive(Debug, Clone, Deserialize)]
pub struct Span {
    /// Its trace.
    pub trace: String,
    /// Its id.
    pub span: String,
    /// Of the span above it; empty if there is none.
    pub parent: String,
    /// Who made it.
    pub service: String,
    /// What it is about.
    pub name: String,
    kind: usize,
    /// When, in microseconds of the run.
    pub start: u64,
    /// When it ended.
    pub end: u64,
    status: u8,
    /// What it says about its failure.
    pub message: String,
    /// The rest.
    pub attributes: Map<String, Value>,
}

impl Span {
    /// Its role.
    pub fn kind(&self) -> &'static str {
        ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"].get(self.kind).unwrap_or(&"UNKNOWN")
    }

    /// Whether it failed.
    pub fn is_error(&self) -> bool {
        self.status == 2
    }

    /// An attribute; null if it has none of this name.
    pub fn attribute(&self, name: &str) -> &Value {
        self.attributes.get(name).unwrap_or(&Value::Null)
    }
}

/// The spans of one trace, in the order of their starts.
#[derive(Debug, Clone)]
pub struct Trace(pub Vec<Span>);

impl Trace {
    /// The spans with this name.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Span> {
        self.0.iter().filter(move |span| span.name == name)
    }

    /// Each span after its parent, with how deep it is.
    fn rows(&self) -> Vec<(usize, &Span)> {
        let is_root = |span: &&Span| !self.0.iter().any(|other| other.span == span.parent);
        let mut rows = Vec::new();
        for root in self.0.iter().filter(is_root) {
            self.below(root, 0, &mut rows);
        }
        rows
    }

    fn below<'a>(&'a self, span: &'a Span, depth: usize, rows: &mut Vec<(usize, &'a Span)>) {
        rows.push((depth, span));
        for child in self.0.iter().filter(|child| child.parent == span.span) {
            self.below(child, depth + 1, rows);
        }
    }

    /// Names, kinds and services, without what is different each time.
    pub fn outline(&self) -> String {
        let line = |(depth, span): (usize, &Span)| {
            let failed = if span.is_error() { " ERROR" } else { "" };
            format!("{}{} · {} · {}{failed}\n", "  ".repeat(depth), span.name, span.kind(), span.service)
        };
        self.rows().into_iter().map(line).collect()
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.rows();
        let begin = self.0.iter().map(|span| span.start).min().unwrap_or_default();
        let width = rows.iter().map(|(depth, span)| 2 * depth + span.name.len()).max().unwrap_or_default();
        for (depth, span) in rows {
            let label = format!("{}{}", "  ".repeat(depth), span.name);
            let (kind, service, failed) = (span.kind(), &span.service, if span.is_error() { "  ERROR" } else { "" });
            let (after, took) = (span.start - begin, span.end.saturating_sub(span.start));
            writeln!(f, "{label:width$}  {kind:8}  {service:15}  +{after:>7} µs  {took:>7} µs{failed}")?;
        }
        Ok(())
    }
}
