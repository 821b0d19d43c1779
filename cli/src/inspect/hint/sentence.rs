//! A find in words: what it is, how one gets there, and the way out.

use std::fmt;

use super::find::{Find, What};
use super::misnamed::Misnamed;
use super::step::{Step, Steps};

impl fmt::Display for Find {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way_out = way_out(&self.steps);
        let place = Steps(&self.steps);
        let thing = match &self.what {
            What::LogEvents => return f.write_str(LOG_EVENTS),
            What::Field(field) => return field_in_words(f, field, &self.steps),
            What::Envelope => "an envelope",
            What::Aggregate => "an aggregated record",
            What::Context => "a context",
        };
        write!(f, "{thing} shows {place}, where no reader looks: {way_out}")
    }
}

const LOG_EVENTS: &str =
    "it is log events of a CloudWatch Logs subscription, in gzip: a handler with an argument `LogEvents` unpacks them";

fn field_in_words(f: &mut fmt::Formatter<'_>, field: &Misnamed, steps: &[Step]) -> fmt::Result {
    match field {
        Misnamed::Name { written, meant } => {
            let written = kinetrace::__private::one_line(written, 100);
            write!(f, "`{written}` names a trace{}, but only `{meant}` is read: names are exact", Place(steps))
        }
        Misnamed::NotText { name } => {
            let way_out = if is_item(steps) { ITEM } else { "write it as one" };
            write!(f, "`{name}` names a trace{}, but not as a string: {way_out}", Place(steps))
        }
        Misnamed::Elsewhere { name } => {
            write!(f, "`{name}` names a trace{}, where no reader looks: it belongs into a member `_otel`", Place(steps))
        }
        Misnamed::Malformed { name, fault } => {
            write!(f, "`{name}` is malformed{}, and so is absent: {fault}", Place(steps))
        }
    }
}

/// ` after …` or ` in …`; nothing at the top.
struct Place<'a>(&'a [Step]);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(f, " {}", Steps(self.0)) }
    }
}

/// What the producer, or whatever is between it and the stream, has to do otherwise.
fn way_out(steps: &[Step]) -> &'static str {
    match steps.first() {
        Some(Step::Base64) => "the SDK and the CLI encode data themselves, so hand them the bytes",
        Some(Step::Gunzip | Step::Inflate) => {
            "compress the payload, and put the context around it after that: an envelope takes any bytes"
        }
        Some(Step::JsonString) => "it was written as JSON twice: put the object, and not a string that holds it",
        Some(Step::ByteOrderMark) => "write UTF-8 without a byte order mark",
        Some(Step::Utf16) => "write UTF-8",
        Some(Step::Split) => "one record holds one JSON value: put each as a record",
        _ if is_item(steps) => ITEM,
        _ if leads_through(steps, &["detail"]) => {
            "EventBridge wraps events: have the rule's target send `$.detail` only (InputPath)"
        }
        _ if leads_through(steps, &["Message", "Sns"]) => "SNS wraps messages: switch on raw message delivery",
        _ if leads_through(steps, &["body", "Body"]) => "a message of SQS wraps it: put its body only",
        _ => "a context belongs to the members at the top",
    }
}

const ITEM: &str = "it is an item of DynamoDB, so the consumer's code has to take the context from it";

/// Whether it is a change that a table of DynamoDB sends.
fn is_item(steps: &[Step]) -> bool {
    leads_through(steps, &["NewImage", "OldImage"])
}

fn leads_through(steps: &[Step], names: &[&str]) -> bool {
    steps.iter().any(|step| matches!(step, Step::Member(name) if names.contains(&name.as_str())))
}
