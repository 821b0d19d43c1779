//! What came of an invocation, in the terms of `events/expected/`.

use kinetrace_testbed::collector::{AttributeValue, Kind, Span, Status};
use serde_json::{Map, Value, json};

/// The emulator's, the clock's, or a place in the source code; and how many records went with a request.
const OF_NO_INTEREST: [&str; 8] = [
    "aws.lambda.invoked_arn",
    "busy_ns",
    "cloud.account.id",
    "code.",
    "idle_ns",
    "messaging.batch.message_count",
    "target",
    "thread.",
];

/// What came of an invocation.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) answer: Value,
    /// Those without a parent among them; the others are below theirs.
    pub(crate) spans: Value,
}

impl Seen {
    pub(crate) fn new(answer: Value, spans: &[Span]) -> Self {
        let mut spans: Vec<_> = spans.iter().collect();
        spans.sort_by_key(|span| span.start_unix_nanos);
        let is_here = |id: &String| spans.iter().any(|span| span.span_id == *id);
        let roots = spans.iter().filter(|span| !span.parent_span_id.as_ref().is_some_and(is_here));
        Self { answer: legible(answer), spans: roots.map(|root| tree(root, &spans)).collect() }
    }
}

/// An HTTP answer has its body in a string.
fn legible(mut answer: Value) -> Value {
    let body = answer.get("body").and_then(Value::as_str).and_then(|body| serde_json::from_str(body).ok());
    if let Some(body) = body {
        answer["body"] = body;
    }
    answer
}

/// A span and all below it.
fn tree(span: &Span, all: &[&Span]) -> Value {
    let children = all.iter().filter(|it| it.parent_span_id.as_ref() == Some(&span.span_id));
    let mut described = json!({
        "name": span.name,
        "kind": format!("{:?}", span.kind),
        "links": links(span, all),
        "status": match &span.status {
            Status::Unset => "unset".to_owned(),
            Status::Ok => "ok".to_owned(),
            Status::Error(reason) => format!("error: {reason}"),
        },
        "attributes": attributes(span),
        "children": with_one_request(children.map(|child| tree(child, all)).collect()),
    });
    let parent = span.parent_span_id.as_ref().filter(|id| !all.iter().any(|it| it.span_id == **id));
    if let Some(parent) = parent {
        described["remote_parent"] = format!("{}-{parent}", span.trace_id).into();
    }
    described
}

/// A publisher sends as soon as it has something, so the number of requests depends on the moment. They are shown as
/// one, after the rest.
fn with_one_request(children: Vec<Value>) -> Vec<Value> {
    let (requests, mut told): (Vec<_>, Vec<_>) = children.into_iter().partition(|child| child["kind"] == "Client");
    let one = requests.into_iter().reduce(|mut one, next| {
        let links =
            [&one["links"], &next["links"]].into_iter().flat_map(|it| it.as_array().cloned().unwrap_or_default());
        one["links"] = links.collect();
        one
    });
    told.extend(one);
    told
}

/// A span of the same invocation by its name, one from outside by its context.
fn links(span: &Span, all: &[&Span]) -> Vec<String> {
    // The invocation's own link is to the trace id that an emulator makes up, or does not.
    let links = span.links.iter().filter(|_| span.kind != Kind::Server);
    let named = links.map(|link| match all.iter().find(|it| it.span_id == link.span_id) {
        Some(here) => here.name.clone(),
        None => format!("{}-{}", link.trace_id, link.span_id),
    });
    named.collect()
}

fn attributes(span: &Span) -> Map<String, Value> {
    let of_interest = |key: &str| !OF_NO_INTEREST.iter().any(|prefix| key.starts_with(prefix));
    let attributes = span.attributes.iter().filter(|(key, _)| of_interest(key));
    attributes.map(|(key, value)| (key.clone(), json_of(value))).collect()
}

fn json_of(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::Bool(value) => (*value).into(),
        AttributeValue::Int(value) => (*value).into(),
        AttributeValue::Double(value) => (*value).into(),
        other => other.to_string().into(),
    }
}
