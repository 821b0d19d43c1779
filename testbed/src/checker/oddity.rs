//! What is odd about an event that could be read.

use kinetrace::SequenceNumber;
use kinetrace::history::{Event, Process, Produce, PutOutcome, TraceIds, UNKNOWN, UNREADABLE};

use super::completeness::Lack;
use super::ids::hex;
use super::record::show_key;
use crate::printable::Printable;

/// Kinesis has 56 digits.
const MOST_DIGITS: usize = 57;

/// Everything that is odd about an event. It is checked anyway.
pub(super) fn oddities(event: &Event) -> Vec<(Lack, String)> {
    let mut oddities = Vec::new();
    match event {
        Event::Shard(_) | Event::Partitions(_) => {}
        Event::Produce(line) => of_produce(line, &mut oddities),
        Event::Process(line) => of_process(line, &mut oddities),
    }
    oddities
}

fn of_produce(line: &Produce, oddities: &mut Vec<(Lack, String)>) {
    let record = || {
        let key = show_key(&line.group);
        match line.order {
            Some(order) => format!("the put of record {} of key {key} (producer {})", order.sequence, order.producer),
            None => format!("the put of a record of key {key} that has no count"),
        }
    };
    if line.end < line.start {
        oddities.push((Lack::Times, format!("{} started at {} µs and ended at {} µs", record(), line.start, line.end)));
    }
    // The producer refused it, so it got none. No other record is without.
    let lacks_count = line.order.is_none() && line.outcome != PutOutcome::Failed;
    let lacks_count = lacks_count.then(|| "it was on its way, and has no count".to_owned());
    let number = line.sequence_number.as_ref().filter(|number| !is_number(number));
    let odd = lacks_count.or_else(|| number.map(odd_number)).or_else(|| odd_ids("context", line.context.as_ref()));
    oddities.extend(odd.map(|odd| (Lack::OddValues, format!("{}: {odd}", record()))));
}

fn of_process(line: &Process, oddities: &mut Vec<(Lack, String)>) {
    let record = || {
        let Process { shard, sequence_number, request_id, .. } = line;
        let (number, request) = (Printable(sequence_number.as_str()), Printable(request_id));
        format!("the processing of {}:{number} (request {request})", Printable(shard))
    };
    if line.end < line.start {
        oddities.push((Lack::Times, format!("{} started at {} µs and ended at {} µs", record(), line.start, line.end)));
    }
    // Of a record that cannot be read, the number may be what is wrong.
    let is_untold = line.format == UNREADABLE && line.sequence_number.as_str() == UNKNOWN;
    let number = Some(&line.sequence_number).filter(|number| !is_number(number) && !is_untold);
    let odd = number
        .map(odd_number)
        .or_else(|| odd_ids("context", line.context.as_ref()))
        .or_else(|| odd_ids("span", line.span.as_ref()));
    oddities.extend(odd.map(|odd| (Lack::OddValues, format!("{}: {odd}", record()))));
}

fn is_number(number: &SequenceNumber) -> bool {
    let digits = number.as_str();
    (1..=MOST_DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

fn odd_number(number: &SequenceNumber) -> String {
    format!("the sequence number \"{}\" is not a decimal number", Printable(number.as_str()))
}

/// An id is lower-case hex, of 32 or 16 digits, and not all zeros (W3C Trace Context).
fn odd_ids(name: &str, ids: Option<&TraceIds>) -> Option<String> {
    let TraceIds { trace_id, span_id, .. } = ids?;
    if hex::<16>(trace_id).is_none_or(|id| id == [0; 16]) {
        Some(format!(
            "the trace id of its {name}, \"{}\", is not 32 hex digits that are not all 0",
            Printable(trace_id)
        ))
    } else if hex::<8>(span_id).is_none_or(|id| id == [0; 8]) {
        Some(format!("the span id of its {name}, \"{}\", is not 16 hex digits that are not all 0", Printable(span_id)))
    } else {
        None
    }
}
