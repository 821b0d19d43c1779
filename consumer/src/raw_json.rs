//! JSON of other people's making, of which nobody knows the type.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A string of Unicode text, copied only if it has escapes.
pub(crate) fn text(json: &RawValue) -> Option<Cow<'_, str>> {
    let quoted = json.get();
    let plain = quoted.strip_prefix('"')?.strip_suffix('"')?;
    if plain.contains('\\') { serde_json::from_str(quoted).ok().map(Cow::Owned) } else { Some(plain.into()) }
}

/// A whole number, or a string of its digits.
pub(crate) fn integer(json: &RawValue) -> Option<i64> {
    text(json).as_deref().unwrap_or(json.get()).trim().parse().ok()
}

/// What it is, in words that quote nothing of it.
pub(crate) fn kind(json: &RawValue) -> &'static str {
    match json.get().as_bytes().first() {
        Some(b'n') => "null",
        Some(b't' | b'f') => "a boolean",
        Some(b'[') => "an array",
        Some(b'{') => "an object",
        Some(b'"') => "no Unicode text",
        _ => "a number",
    }
}

/// An array, or an object whose names are the places of its members. That is what some layers make of an array.
pub(crate) fn list(json: &RawValue) -> Option<Vec<&RawValue>> {
    match json.get().as_bytes().first()? {
        b'[' => serde_json::from_str(json.get()).ok(),
        b'{' => {
            let mut places = members(json).into_iter().map(|(name, value)| Some((name.parse().ok()?, value)));
            let mut places = places.by_ref().collect::<Option<Vec<(u64, _)>>>()?;
            places.sort_by_key(|(place, _)| *place);
            Some(places.into_iter().map(|(_, value)| value).collect())
        }
        _ => None,
    }
}

/// The members of an object in their order, of several with one name all. There are none of what is not an object.
pub(crate) fn members(json: &RawValue) -> Vec<(String, &RawValue)> {
    serde_json::from_str::<InOrder<'_>>(json.get()).map(|InOrder(members)| members).unwrap_or_default()
}

struct InOrder<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for InOrder<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = InOrder<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<InOrder<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(Name(name)) = map.next_key()? {
            members.push((name, map.next_value()?));
        }
        Ok(InOrder(members))
    }
}

/// A name that need not be Unicode text: half of a surrogate pair must not cost the other members.
struct Name(String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(NameVisitor)
    }
}

struct NameVisitor;

impl Visitor<'_> for NameVisitor {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Name, E> {
        Ok(Name(String::from_utf8_lossy(bytes).into_owned()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Name, E> {
        Ok(Name(text.to_owned()))
    }
}
