//! Spans that are larger than the endpoint takes: they are sent without their largest parts, as OTLP allows for.
//!
//! See <https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto>: what is dropped
//! is counted in the span.

use opentelemetry_http::{Bytes, Request};
use prost::Message as _;

use super::error::{Cause, address};
use super::losses::Losses;
use super::split::Spans;
use crate::one_line::one_line;

/// Of a span's name, in bytes.
const MAX_NAME: usize = 128;

/// What is left of the message of a span's status, in bytes, where it is longer and the span is too large.
const MAX_MESSAGE: usize = 1024;

/// The request with spans that the endpoint takes, and how many those are. What is cut or lost is reported.
pub(super) fn fitted(
    mut request: Request<Bytes>,
    count: usize,
    limit: usize,
    losses: &Losses,
) -> (Request<Bytes>, usize) {
    if request.body().len() <= limit {
        return (request, count);
    }
    let Some(mut spans) = Spans::of(request.body().clone()) else { return (request, count) };
    let address = address(request.uri());
    spans.change(|span| match oversize(&span, limit) {
        None => Some(span),
        Some(oversize) => oversize.report(losses, &address, limit),
    });
    *request.body_mut() = spans.body();
    (request, spans.count())
}

/// `Span`, with those parts as they are that need not be looked into.
#[derive(Clone, PartialEq, prost::Message)]
struct Span {
    #[prost(bytes = "bytes", tag = "1")]
    trace_id: Bytes,
    #[prost(bytes = "bytes", tag = "2")]
    span_id: Bytes,
    #[prost(bytes = "bytes", tag = "3")]
    trace_state: Bytes,
    #[prost(bytes = "bytes", tag = "4")]
    parent_span_id: Bytes,
    #[prost(string, tag = "5")]
    name: String,
    #[prost(int32, tag = "6")]
    kind: i32,
    #[prost(fixed64, tag = "7")]
    start: u64,
    #[prost(fixed64, tag = "8")]
    end: u64,
    #[prost(bytes = "bytes", repeated, tag = "9")]
    attributes: Vec<Bytes>,
    #[prost(uint32, tag = "10")]
    dropped_attributes: u32,
    #[prost(bytes = "bytes", repeated, tag = "11")]
    events: Vec<Bytes>,
    #[prost(uint32, tag = "12")]
    dropped_events: u32,
    #[prost(bytes = "bytes", repeated, tag = "13")]
    links: Vec<Bytes>,
    #[prost(uint32, tag = "14")]
    dropped_links: u32,
    #[prost(bytes = "bytes", optional, tag = "15")]
    status: Option<Bytes>,
    #[prost(fixed32, tag = "16")]
    flags: u32,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Status {
    #[prost(string, tag = "2")]
    message: String,
    #[prost(int32, tag = "3")]
    code: i32,
}

/// A span that was too large.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Oversize {
    pub(super) name: String,
    pub(super) bytes: usize,
    /// It without so many attributes, events and links, and with a short message of its status; `None` if it is too large even then.
    pub(super) cut: Option<(Bytes, [usize; 3])>,
}

impl Oversize {
    /// What of it is sent.
    fn report(self, losses: &Losses, address: &str, limit: usize) -> Option<Bytes> {
        let Self { name, bytes, cut } = self;
        let name = one_line(&name, MAX_NAME);
        let Some((cut, [attributes, events, links])) = cut else {
            losses.lost(Cause::Oversize, 1, || {
                format!("one named {name:?} has {bytes} bytes, of which no part can be left out, and {address} takes {limit}")
            });
            return None;
        };
        losses.cut(|| {
            format!(
                "a span named {name:?} has {bytes} bytes, and {address} takes {limit}: it is sent without {attributes} of its \
                 attributes, {events} events and {links} links, the largest ones first, and with no more than {MAX_MESSAGE} bytes \
                 of its error. So are others, of which no line tells"
            )
        });
        Some(cut)
    }
}

/// Of a span in protobuf; `None` if it may be as large, or is none.
pub(super) fn oversize(bytes: &Bytes, limit: usize) -> Option<Oversize> {
    if bytes.len() <= limit {
        return None;
    }
    let mut span = Span::decode(bytes.clone()).ok()?;
    let name = span.name.clone();
    let dropped = span.cut(bytes.len(), limit);
    let cut = Some(span.encode_to_vec()).filter(|cut| cut.len() <= limit).map(|cut| (cut.into(), dropped));
    Some(Oversize { name, bytes: bytes.len(), cut })
}

impl Span {
    /// Shortens the message of the status, and leaves out the largest parts until the rest fits; of equal ones the last.
    fn cut(&mut self, bytes: usize, limit: usize) -> [usize; 3] {
        // The numbers of what is dropped take a few bytes themselves.
        let mut excess = (bytes + 3 * 6).saturating_sub(limit).saturating_sub(self.shorten_message());
        let parts = [&self.attributes, &self.events, &self.links];
        let sizes = parts
            .iter()
            .enumerate()
            .flat_map(|(kind, parts)| parts.iter().map(Bytes::len).enumerate().map(move |part| (kind, part)));
        let mut largest_first: Vec<_> = sizes.map(|(kind, (index, size))| (size, index, kind)).collect();
        largest_first.sort_unstable_by(|one, other| other.cmp(one));
        let mut dropped: [Vec<usize>; 3] = Default::default();
        for (size, index, kind) in largest_first {
            if excess == 0 {
                break;
            }
            // Two more at least: its tag and its length.
            excess = excess.saturating_sub(size + 2);
            dropped[kind].push(index);
        }
        for (parts, dropped) in [&mut self.attributes, &mut self.events, &mut self.links].into_iter().zip(&mut dropped)
        {
            dropped.sort_unstable();
            let mut index = 0..;
            parts.retain(|_| index.next().is_some_and(|index: usize| dropped.binary_search(&index).is_err()));
        }
        let counts = dropped.map(|dropped| dropped.len());
        let [attributes, events, links] = counts.map(|count| u32::try_from(count).unwrap_or(u32::MAX));
        self.dropped_attributes = self.dropped_attributes.saturating_add(attributes);
        self.dropped_events = self.dropped_events.saturating_add(events);
        self.dropped_links = self.dropped_links.saturating_add(links);
        counts
    }

    /// By how many bytes. What cannot be read stays as it is.
    fn shorten_message(&mut self) -> usize {
        let Some(bytes) = self.status.as_mut().filter(|bytes| bytes.len() > MAX_MESSAGE) else { return 0 };
        let Ok(mut status) = Status::decode(bytes.clone()) else { return 0 };
        let end = (0..=MAX_MESSAGE).rev().find(|&end| status.message.is_char_boundary(end));
        status.message.truncate(end.unwrap_or_default());
        let shortened = Bytes::from(status.encode_to_vec());
        let saved = bytes.len().saturating_sub(shortened.len());
        *bytes = shortened;
        saved
    }
}

#[cfg(test)]
mod tests;
