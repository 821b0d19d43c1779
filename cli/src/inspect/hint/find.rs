//! Looking for a context where no reader looks: in what is encoded, compressed or wrapped once more.

use bytes::Bytes;
use kinetrace::Notation;
use kinetrace::{Format, Reader};
use serde_json::value::RawValue;

use super::misnamed::{self, Misnamed};
use super::step::Step;
use crate::inspect::compression::Compression;
use crate::inspect::object::{self, Object};
use crate::inspect::opened::{BYTE_ORDER_MARK, utf16};

/// As many bytes are looked at, in all steps of one record together: a few times the largest record.
const MAX_BYTES: usize = 64 << 20;
/// As much is unpacked at once, in bytes.
const MAX_UNPACKED: u64 = 16 << 20;
/// As deep is looked. What wraps an event in an event in an event has half of it.
const MAX_STEPS: usize = 16;
/// As many elements of an array are looked at. They are of one kind.
const MAX_ELEMENTS: usize = 16;
/// A context is longer in base64.
const SHORTEST: usize = 24;

/// What was found, and how one gets there.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Find {
    pub(super) steps: Vec<Step>,
    pub(super) what: What,
}

/// What is there.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum What {
    Envelope,
    Aggregate,
    Context,
    Field(Misnamed),
    /// A record of a subscription of CloudWatch Logs.
    LogEvents,
}

/// The first of what the data hide. With data that hide nothing, this ends soon: it takes time in proportion to their size
/// and depth.
pub(super) fn find(data: &[u8]) -> Option<Find> {
    let mut search = Search { steps: Vec::new(), bytes_left: MAX_BYTES };
    let what = search.in_bytes(data)?;
    Some(Find { steps: search.steps, what })
}

struct Search {
    /// How one gets to where it looks; after a find, to that.
    steps: Vec<Step>,
    bytes_left: usize,
}

impl Search {
    fn after(&mut self, step: Step, data: &[u8]) -> Option<What> {
        self.steps.push(step);
        let what = if self.steps.len() <= MAX_STEPS { self.in_bytes(data) } else { None };
        if what.is_none() {
            self.steps.pop();
        }
        what
    }

    fn in_bytes(&mut self, data: &[u8]) -> Option<What> {
        self.bytes_left = self.bytes_left.checked_sub(data.len())?;
        // Without a step it is what a reader has looked at already.
        if !self.steps.is_empty()
            && let Some(what) = readable(data)
        {
            return Some(what);
        }
        if let Some(compression) = Compression::of(data)
            && let Ok(unpacked) = compression.decompress(data, MAX_UNPACKED)
        {
            let step = if compression == Compression::Gzip { Step::Gunzip } else { Step::Inflate };
            return self.after(step, &unpacked);
        }
        if let Some(rest) = data.strip_prefix(BYTE_ORDER_MARK) {
            return self.after(Step::ByteOrderMark, rest);
        }
        if let Some(text) = utf16(data) {
            return self.after(Step::Utf16, text.as_bytes());
        }
        self.in_text(std::str::from_utf8(data).ok()?)
    }

    fn in_text(&mut self, text: &str) -> Option<What> {
        let values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
        match values.collect::<Result<Vec<_>, _>>() {
            Ok(values) if values.len() == 1 => self.in_value(values[0]),
            Ok(values) => {
                values.iter().take(MAX_ELEMENTS).find_map(|json| self.after(Step::Split, json.get().as_bytes()))
            }
            Err(_) => self.after(Step::Base64, &base64(text)?),
        }
    }

    fn in_value(&mut self, json: &RawValue) -> Option<What> {
        if let Some(object) = Object::of(json) {
            return self.in_object(&object);
        }
        if let Some(elements) = object::list(json) {
            let mut elements = elements.into_iter().enumerate().take(MAX_ELEMENTS);
            return elements.find_map(|(place, json)| self.in_part(Step::Element(place), json));
        }
        let text = object::text(json)?;
        self.after(Step::JsonString, text.as_bytes())
    }

    fn in_object(&mut self, object: &Object<'_>) -> Option<What> {
        if let Some(field) = misnamed::find(object, &self.steps) {
            return Some(What::Field(field));
        }
        if object.has_all(&["messageType", "logEvents"]) {
            return Some(What::LogEvents);
        }
        object.iter().find_map(|(name, json)| self.in_part(Step::Member(name.to_owned()), json))
    }

    fn in_part(&mut self, step: Step, json: &RawValue) -> Option<What> {
        match json.get().as_bytes().first()? {
            b'{' | b'[' => self.after(step, json.get().as_bytes()),
            b'"' if json.get().len() >= SHORTEST => {
                let text = object::text(json)?;
                self.steps.push(step);
                let what = match serde_json::from_str::<&RawValue>(&text) {
                    Ok(_) => self.after(Step::JsonString, text.as_bytes()),
                    Err(_) => base64(&text).and_then(|data| self.after(Step::Base64, &data)),
                };
                if what.is_none() {
                    self.steps.pop();
                }
                what
            }
            _ => None,
        }
    }
}

/// What a reader would find if the data were a record.
fn readable(data: &[u8]) -> Option<What> {
    let read = Reader::default().records(Bytes::copy_from_slice(data), None).get(0)?;
    match read.format {
        Format::Envelope => Some(What::Envelope),
        _ if Notation::all_of(&read.fields).next().is_some() => Some(What::Context),
        _ => read.user_record.map(|_| What::Aggregate),
    }
}

/// Of either alphabet, with padding or without, in one line or several.
fn base64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine as _;
    use base64::alphabet::{STANDARD, URL_SAFE};
    use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

    if text.len() < SHORTEST {
        return None;
    }
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let text: String = text.split_ascii_whitespace().collect();
    [STANDARD, URL_SAFE].iter().find_map(|alphabet| GeneralPurpose::new(alphabet, config).decode(&text).ok())
}
