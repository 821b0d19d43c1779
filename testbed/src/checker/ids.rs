//! Ids in as few bytes as they have.

use kinetrace::history::TraceIds;

use super::names::{Name, Names};

/// The ids of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum SpanIds {
    /// Trace id and span id.
    Bytes([u8; 24]),
    /// Not what W3C calls ids, with a hyphen between them.
    Text(Name),
}

impl SpanIds {
    pub(super) fn new(ids: &TraceIds, names: &mut Names) -> Self {
        let bytes = || {
            let mut bytes = [0; 24];
            bytes[..16].copy_from_slice(&hex::<16>(&ids.trace_id)?);
            bytes[16..].copy_from_slice(&hex::<8>(&ids.span_id)?);
            Some(Self::Bytes(bytes))
        };
        bytes().unwrap_or_else(|| Self::Text(names.name(&format!("{}-{}", ids.trace_id, ids.span_id))))
    }

    pub(super) fn text(self, names: &Names) -> String {
        match self {
            Self::Bytes(bytes) => {
                let id = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
                format!("{}-{}", id(&bytes[..16]), id(&bytes[16..]))
            }
            Self::Text(name) => names.text(name).to_owned(),
        }
    }
}

/// An invocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum RequestId {
    /// As Lambda has it.
    Uuid([u8; 16]),
    Text(Name),
}

impl RequestId {
    pub(super) fn new(text: &str, names: &mut Names) -> Self {
        uuid(text).map(Self::Uuid).unwrap_or_else(|| Self::Text(names.name(text)))
    }

    pub(super) fn text(self, names: &Names) -> String {
        match self {
            Self::Uuid(bytes) => hyphenated(bytes),
            Self::Text(name) => names.text(name).to_owned(),
        }
    }
}

const HYPHENS: [usize; 4] = [8, 13, 18, 23];

fn uuid(text: &str) -> Option<[u8; 16]> {
    let is_in_place = |(place, c): (usize, char)| (c == '-') == HYPHENS.contains(&place);
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    text.char_indices().all(is_in_place).then(|| hex(&digits)).flatten()
}

fn hyphenated(bytes: [u8; 16]) -> String {
    let mut text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    HYPHENS.iter().for_each(|place| text.insert(*place, '-'));
    text
}

/// Lower-case digits only, or the text could not be written as it was.
pub(super) fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let is_hex = text.len() == 2 * N && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let mut bytes = [0; N];
    for (byte, place) in bytes.iter_mut().zip(0..).filter(|_| is_hex) {
        *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    is_hex.then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back_as_they_were() {
        let mut names = Names::default();
        let uuid = "0123abcd-4567-89ef-0123-456789abcdef";
        for (text, is_compact) in [(uuid, true), (&uuid.to_uppercase(), false), ("r-1", false), (&uuid[..35], false)] {
            let id = RequestId::new(text, &mut names);
            assert_eq!((id.text(&names).as_str(), matches!(id, RequestId::Uuid(_))), (text, is_compact));
        }
        for (trace_id, span_id) in [("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"), ("4BF9", "é")] {
            let ids = TraceIds::new(trace_id, span_id);
            assert_eq!(SpanIds::new(&ids, &mut names).text(&names), format!("{trace_id}-{span_id}"));
        }
    }
}
