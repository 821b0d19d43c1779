//! Reading: which of the formats a record is of.

use bytes::Bytes;

use super::extraction::Extraction;
use super::tags;
use crate::context::fields::Fields;
use crate::context::notation::Notations;
#[cfg(feature = "opentelemetry")]
use crate::context::propagators::Propagators;
use crate::format::data::Data;
use crate::format::detect::{contexts, find, strip};
use crate::format::found::{Found, Payload};
use crate::format::name::Format;

/// Takes records of any writer apart.
///
/// ```
/// use kinetrace::{Format, Reader};
///
/// let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let data = format!(r#"{{"_otel":{{"traceparent":"{traceparent}"}},"data":{{"n": 1.0}}}}"#);
///
/// let records = Reader::default().read(data.into(), Some("user-42"));
/// assert_eq!(records[0].format, Format::Envelope);
/// assert_eq!(records[0].payload, r#"{"n": 1.0}"#);
///
/// let records = Reader::default().read("anything".into(), Some("user-42"));
/// assert_eq!(records[0].format, Format::None);
/// assert_eq!(records[0].payload, "anything");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    strip_foreign: bool,
    read_partition_key: bool,
    notations: Notations,
}

/// Foreign members stay in the payload; the partition key is looked at.
impl Default for Reader {
    fn default() -> Self {
        Self { strip_foreign: false, read_partition_key: true, notations: Notations::ALL }
    }
}

impl Reader {
    /// Whether the members in which others put a context (`_otel`, `_datadog`, `traceparent` and its companions) are cut
    /// out of the payload, all of them, whichever counted. The rest of it stays as it is, to the byte. Off by default: the
    /// payload may be signed, or its reader may want them.
    #[must_use]
    pub fn strip_foreign(self, strip_foreign: bool) -> Self {
        Self { strip_foreign, ..self }
    }

    /// Whether a partition key that is exactly a `traceparent` is a context. On by default; to be switched off where
    /// business keys may look like that.
    #[must_use]
    pub fn read_partition_key(self, read_partition_key: bool) -> Self {
        Self { read_partition_key, ..self }
    }

    /// Of several contexts that a record carries, one that these propagators read is preferred: a `b3` in an envelope hides
    /// no `traceparent` in its payload from a reader of `traceparent`s. The payload does not depend on it. By default, every
    /// context is as good as another.
    #[cfg(feature = "opentelemetry")]
    #[must_use]
    pub fn for_propagators(self, propagators: &Propagators) -> Self {
        Self { notations: propagators.known(), ..self }
    }

    /// Whether this partition key would be taken for a context. Then it is another one for each record, and does not name
    /// what the record is about.
    ///
    /// ```
    /// use kinetrace::Reader;
    ///
    /// let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    /// assert!(Reader::default().is_context(traceparent));
    /// assert!(!Reader::default().is_context("user-42"));
    /// assert!(!Reader::default().read_partition_key(false).is_context(traceparent));
    /// ```
    #[must_use]
    pub fn is_context(&self, partition_key: &str) -> bool {
        self.read_partition_key && Fields::of_traceparent(partition_key).is_some()
    }

    pub(crate) fn read_one(&self, tags: Vec<(String, String)>, data: Bytes, keys: [Option<&str>; 2]) -> Extraction {
        let mut extraction = read_data(tags, &data).unwrap_or_else(|| Extraction::plain(data));
        if let Some((format, fields)) = self.better_context(&extraction, keys) {
            (extraction.format, extraction.fields) = (format, fields);
        }
        if self.strip_foreign
            && let Some(stripped) = strip(&extraction.payload)
        {
            extraction.payload = stripped.into();
        }
        extraction
    }

    /// The context that counts, if it is another than what was found first: one that is read, or else any at all.
    fn better_context(&self, first: &Extraction, keys: [Option<&str>; 2]) -> Option<(Format, Fields)> {
        if self.notations.read(&first.fields) {
            return None;
        }
        // What was wrapped without a context, because there was no span, may have had one before. The payload has all
        // that stands next to it.
        let within = (first.format != Format::None).then(|| contexts(&first.payload)).into_iter().flatten();
        // Data says more than a key, which need not mean what it looks like.
        let mut others = within.chain(self.context_in(keys));
        if first.fields.name_a_trace() {
            return others.find(|(_, fields)| self.notations.read(fields));
        }
        let any = others.next()?;
        if self.notations.read(&any.1) {
            Some(any)
        } else {
            others.find(|(_, it)| self.notations.read(it)).or(Some(any))
        }
    }

    fn context_in(&self, keys: [Option<&str>; 2]) -> Option<(Format, Fields)> {
        let mut keys = keys.into_iter().flatten().filter(|key| self.is_context(key));
        Some((Format::PartitionKey, keys.find_map(Fields::of_traceparent)?))
    }
}

fn read_data(tags: Vec<(String, String)>, bytes: &Bytes) -> Option<Extraction> {
    let data = Data::new(bytes);
    let found = tags::extract(tags, &data).or_else(|| find(&data));
    let Found { format, fields, order, payload } = found?;
    let payload = match payload {
        Payload::Part(part) => bytes.slice_ref(part),
        Payload::Restored(restored) => restored.into(),
        Payload::Around(_) => bytes.clone(),
    };
    Some(Extraction { format, fields, order, payload, user_record: None })
}

impl Extraction {
    fn plain(payload: Bytes) -> Self {
        Self { format: Format::None, fields: Fields::default(), order: None, payload, user_record: None }
    }
}

#[cfg(test)]
mod tests;
