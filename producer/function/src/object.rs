//! A JSON object by its members, as they stand: one that is odd hides none of the others.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// All members, in the order of the text, duplicates included. One whose name is not Unicode text is left out.
#[derive(Debug)]
pub(crate) struct Object<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Object<'a> {
    /// # Errors
    ///
    /// The text is not one JSON object.
    pub(crate) fn read(json: &'a str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'a RawValue)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), *value))
    }

    /// How many members have this name, whatever their values are.
    pub(crate) fn count(&self, name: &str) -> usize {
        self.iter().filter(|(own, _)| *own == name).count()
    }

    /// The last member of this name, unless it is `null`.
    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        let (_, value) = self.0.iter().rfind(|(own, _)| own == name)?;
        Some(*value).filter(|value| value.get() != "null")
    }

    /// The same, if it is a string.
    pub(crate) fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        text(self.get(name)?)
    }

    /// The same, if it is an object.
    pub(crate) fn object(&self, name: &str) -> Option<Self> {
        Self::read(self.get(name)?.get()).ok()
    }
}

/// The value, if it is a string of Unicode text.
pub(crate) fn text(value: &RawValue) -> Option<Cow<'_, str>> {
    /// `Cow` by itself is always owned.
    #[derive(serde::Deserialize)]
    struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

    serde_json::from_str::<Text<'_>>(value.get()).ok().map(|Text(text)| text)
}

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor).map(Object)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            members.extend(text(name).map(|name| (name, value)));
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_odd_member_hides_none_of_the_others() {
        let json = r#"{"a":"1","\ud800":2,"b":"\ud800","c":null,"d":1e999,"\u0065":{"f":[]},"a":"3"}"#;
        let object = Object::read(json).unwrap();
        let names: Vec<_> = object.iter().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(names, ["a", "b", "c", "d", "e", "a"]);
        assert_eq!((object.text("a").as_deref(), object.count("a")), (Some("3"), 2));
        assert_eq!((object.text("b"), object.text("d"), object.text("e")), (None, None, None));
        assert!(object.get("b").is_some() && object.get("c").is_none() && object.count("c") == 1);
        assert_eq!(object.object("e").map(|e| e.count("f")), Some(1));
        assert!(object.object("d").is_none());
    }

    #[test]
    fn a_body_of_megabytes_is_not_copied() {
        let object = Object::read(r#"{"body":"plain","escaped":"a\nb"}"#).unwrap();
        assert!(matches!(object.text("body"), Some(Cow::Borrowed("plain"))));
        assert!(matches!(object.text("escaped"), Some(Cow::Owned(text)) if text == "a\nb"));
    }

    #[test]
    fn only_one_whole_object_is_one() {
        for json in ["", "null", "[]", "1", r#""{}""#, "{}{}", r#"{"a":}"#, "{"] {
            assert!(Object::read(json).is_err(), "{json}");
        }
    }
}
