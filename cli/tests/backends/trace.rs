//! What any store answers about a trace, and what is wrong with it.

use std::collections::{BTreeMap, BTreeSet};

/// A span, as a store has it.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Span {
    pub(crate) id: String,
    pub(crate) parent: Option<String>,
    pub(crate) service: String,
    pub(crate) name: String,
    /// In lower case; empty if the store does not say.
    pub(crate) kind: String,
    pub(crate) links: Vec<Link>,
    pub(crate) attributes: BTreeMap<String, String>,
    /// What the store has to say of it.
    pub(crate) warnings: Vec<String>,
}

/// A span of another trace, or of the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Link {
    pub(crate) trace: String,
    pub(crate) span: String,
}

/// By its id.
pub(crate) type Traces = BTreeMap<String, Vec<Span>>;

/// Why a person who looks at this trace would not see all of it.
pub(crate) fn faults(spans: &[Span]) -> Vec<String> {
    let mut ids = BTreeSet::new();
    let twice = spans.iter().filter(|span| !ids.insert(&span.id)).map(|span| format!("two spans are {}", span.id));
    let mut faults: Vec<_> = twice.collect();
    let roots = spans.iter().filter(|span| span.parent.is_none()).count();
    if roots != 1 {
        faults.push(format!("{roots} roots"));
    }
    for span in spans {
        if let Some(parent) = span.parent.as_ref().filter(|parent| !ids.contains(parent)) {
            faults.push(format!("the parent {parent} of \"{}\" is missing", span.name));
        }
    }
    faults
}

/// Each trace that has a fault, with all that it has.
pub(crate) fn faulty(traces: &Traces) -> Vec<(&String, Vec<String>)> {
    traces.iter().map(|(id, spans)| (id, faults(spans))).filter(|(_, faults)| !faults.is_empty()).collect()
}

/// The links that lead to no span of these traces, each with the span that has it.
pub(crate) fn dead_ends(traces: &Traces) -> Vec<(&Span, &Link)> {
    let leads =
        |link: &Link| traces.get(&link.trace).is_some_and(|spans| spans.iter().any(|span| span.id == link.span));
    let links = traces.values().flatten().flat_map(|span| span.links.iter().map(move |link| (span, link)));
    links.filter(|(_, link)| !leads(link)).collect()
}

#[test]
fn a_trace_that_lacks_a_span_or_has_one_twice_or_falls_apart_is_told() {
    let span = |id: &str, parent: Option<&str>| Span {
        id: id.to_owned(),
        parent: parent.map(str::to_owned),
        name: format!("span {id}"),
        ..Span::default()
    };
    let table: [(Vec<Span>, &[&str]); 5] = [
        (vec![span("a", None), span("b", Some("a"))], &[]),
        (vec![span("a", None), span("b", Some("a")), span("b", Some("a"))], &["two spans are b"]),
        (vec![span("a", None), span("c", Some("b"))], &["the parent b of \"span c\" is missing"]),
        (vec![span("a", None), span("b", None)], &["2 roots"]),
        (vec![span("b", Some("a"))], &["0 roots", "the parent a of \"span b\" is missing"]),
    ];
    for (spans, expected) in table {
        assert_eq!(faults(&spans), expected, "{spans:?}");
    }
}

#[test]
fn a_link_leads_somewhere_only_if_its_trace_has_its_span() {
    let link = |trace: &str, span: &str| Link { trace: trace.to_owned(), span: span.to_owned() };
    let links = vec![link("1", "a"), link("1", "b"), link("2", "a")];
    let traces = Traces::from([("1".to_owned(), vec![Span { id: "a".to_owned(), links, ..Span::default() }])]);
    let dead: Vec<_> = dead_ends(&traces).into_iter().map(|(_, link)| link.clone()).collect();
    assert_eq!(dead, [link("1", "b"), link("2", "a")]);
}
