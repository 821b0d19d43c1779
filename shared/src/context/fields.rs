//! The text fields of a context: what propagators write, and what carriers carry.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use super::traceparent;

/// Names and values, such as `traceparent` and its 55 characters.
///
/// They are kept in the canonical order of the wire formats: `traceparent`, `tracestate`, `baggage`, then the others as
/// they came. Names are compared exactly; every propagator in use writes lower case. Empty values are not kept: an empty
/// `tracestate` says nothing, and W3C asks writers not to send one. Nor are more than 64 other names, which no context
/// has: a sender of a million must not cost the reader time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<(Cow<'static, str>, String)>);

const CANONICAL: [&str; 3] = [traceparent::NAME, "tracestate", "baggage"];

const MAX_OTHERS: usize = 64;

/// What the propagators of `OTEL_PROPAGATORS` write. Where a context stands among other things, it is known by these.
pub(crate) const KNOWN: [&str; 9] = [
    traceparent::NAME,
    "tracestate",
    "baggage",
    "b3",
    "x-b3-traceid",
    "x-b3-spanid",
    "x-b3-sampled",
    "x-b3-flags",
    "x-amzn-trace-id",
];

/// Whether a field of this name can be told from anything else that stands next to it.
pub(crate) fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
}

impl Fields {
    /// Whether there is nothing to carry.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of the field of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.position(name).map(|at| self.0[at].1.as_str())
    }

    /// Keeps a field, in the place of one of the same name.
    pub fn set(&mut self, name: &str, value: String) {
        if value.is_empty() {
            return;
        }
        if let Some(at) = self.position(name) {
            self.0[at].1 = value;
            return;
        }
        let rank_of_new = rank(name);
        if rank_of_new == CANONICAL.len() && self.others() >= MAX_OTHERS {
            return;
        }
        let name = CANONICAL.get(rank_of_new).map_or_else(|| Cow::Owned(name.to_owned()), |n| Cow::Borrowed(*n));
        let at = self.0.partition_point(|(n, _)| rank(n) <= rank_of_new);
        self.0.insert(at, (name, value));
    }

    /// Keeps all of these fields.
    #[cfg(feature = "opentelemetry")]
    pub(crate) fn take_over(&mut self, others: Self) {
        if self.is_empty() {
            *self = others;
        } else {
            others.0.into_iter().for_each(|(name, value)| self.set(&name, value));
        }
    }

    /// The context in a text that is exactly a `traceparent`.
    pub(crate) fn of_traceparent(text: &str) -> Option<Self> {
        traceparent::is_valid(text).then(|| Self(vec![(Cow::Borrowed(traceparent::NAME), text.to_owned())]))
    }

    /// Names and values, in canonical order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value.as_str()))
    }

    /// How long the JSON object of the fields is, if nothing in it needs an escape.
    pub(crate) fn json_bytes(&self) -> usize {
        let members: usize = self.iter().map(|(name, value)| name.len() + value.len() + r#""":"","#.len()).sum();
        members + "{}".len()
    }

    /// The fields of a JSON object as [`Serialize`] writes them, without an escape, from the front of `json`; and what follows.
    /// `None` says nothing: JSON can be written in many ways.
    pub(crate) fn as_written(json: &[u8]) -> Option<(Self, &[u8])> {
        let mut rest = json.strip_prefix(b"{")?;
        let mut fields = Self::default();
        if let Some(after) = rest.strip_prefix(b"}") {
            return Some((fields, after));
        }
        loop {
            let (name, value, after) = member_as_written(rest)?;
            fields.set(name, value.to_owned());
            match after.split_first()? {
                (b',', after) => rest = after,
                (b'}', after) => return Some((fields, after)),
                _ => return None,
            }
        }
    }

    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(own, _)| own != name);
    }

    fn others(&self) -> usize {
        self.0.len() - self.0.partition_point(|(name, _)| rank(name) < CANONICAL.len())
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|(n, _)| n == name)
    }
}

fn rank(name: &str) -> usize {
    CANONICAL.iter().position(|n| *n == name).unwrap_or(CANONICAL.len())
}

/// `"name":"value"`, and what follows.
fn member_as_written(json: &[u8]) -> Option<(&str, &str, &[u8])> {
    let (name, rest) = string_as_written(json)?;
    let (value, rest) = string_as_written(rest.strip_prefix(b":")?)?;
    Some((name, value, rest))
}

fn string_as_written(json: &[u8]) -> Option<(&str, &[u8])> {
    let text = json.strip_prefix(b"\"")?;
    let end = text.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..b' '))?;
    Some((std::str::from_utf8(&text[..end]).ok()?, text[end..].strip_prefix(b"\"")?))
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// Reads any JSON object that stands in a text or a slice. Members whose name or value is not a string of Unicode text
/// belong to others and are ignored.
impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the fields of a context")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Fields::default();
        while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            let name = serde_json::from_str::<Cow<'_, str>>(name.get());
            if let (Ok(name), Ok(value)) = (name, serde_json::from_str(value.get())) {
                fields.set(&name, value);
            }
        }
        Ok(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(fields: &Fields) -> Vec<&str> {
        fields.iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn fields_are_written_in_canonical_order() {
        let mut fields = Fields::default();
        for (name, value) in [("b3", "1"), ("baggage", "k=v"), ("tracestate", ""), ("traceparent", "00-…")] {
            fields.set(name, value.to_owned());
        }
        let json = serde_json::to_string(&fields).unwrap();
        assert_eq!(json, r#"{"traceparent":"00-…","baggage":"k=v","b3":"1"}"#);
    }

    #[test]
    fn reading_keeps_strings_and_passes_over_everything_else() {
        let json = r#"{"traceparent":"a","n":1e999,"o":{"traceparent":"x"},"l":[1],"z":null,"s":"\ud800","\ud800":"x","baggage":"b\u0041"}"#;
        let fields: Fields = serde_json::from_str(json).unwrap();
        assert_eq!(names(&fields), ["traceparent", "baggage"]);
        assert_eq!(fields.get("baggage"), Some("bA"));
    }

    #[test]
    fn what_no_context_has_is_not_kept_and_does_not_crowd_out_what_it_has() {
        let mut fields = Fields::default();
        for n in 0..1000 {
            fields.set(&n.to_string(), "x".to_owned());
        }
        for name in CANONICAL {
            fields.set(name, "x".to_owned());
        }
        assert_eq!(names(&fields).len(), CANONICAL.len() + MAX_OTHERS);
        assert_eq!(names(&fields)[..4], ["traceparent", "tracestate", "baggage", "0"]);
    }

    #[test]
    fn what_is_written_is_read_at_once_and_all_else_as_json() {
        let written = r#"{"traceparent":"a","b3":"é","traceparent":"","n":"2"},"data":1"#;
        let (fields, rest) = Fields::as_written(written.as_bytes()).unwrap();
        assert_eq!(rest, br#","data":1"#);
        assert_eq!(serde_json::from_str::<Fields>(&written[..written.len() - rest.len()]).unwrap(), fields);
        assert_eq!(Fields::as_written(b"{}"), Some((Fields::default(), &b""[..])));
        for json in [
            r#"{"a":"",}"#,
            r#"{"a":"b","#,
            r#"{"a":"b""#,
            r#"{"a":1}"#,
            r#"{"a":"
"}"#,
            r#"{ "a":"b"}"#,
            "{\"a\":\"\n\"}",
            "{",
            "",
        ] {
            assert_eq!(Fields::as_written(json.as_bytes()), None, "{json}");
        }
        assert_eq!(Fields::as_written(b"{\"a\":\"\xff\"}"), None);
    }

    #[test]
    fn only_objects_are_fields() {
        for json in ["[]", "null", "1", r#""traceparent""#] {
            assert!(serde_json::from_str::<Fields>(json).is_err(), "{json}");
        }
    }
}
