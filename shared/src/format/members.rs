//! The members of a JSON object, as they stand in its text.
//!
//! Payloads are cut and spliced, never parsed and written again: that would change numbers, the order of members, and
//! white space. So what is needed of an object is where its members begin and end.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// All members, in the order of the text, duplicates included.
#[derive(Debug)]
pub(crate) struct Members<'a> {
    text: &'a [u8],
    /// Where the first member belongs: after the brace.
    opening: usize,
    members: Vec<Member<'a>>,
}

#[derive(Debug)]
pub(crate) struct Member<'a> {
    /// With its quotes and escapes.
    name: &'a RawValue,
    value: &'a RawValue,
}

impl<'a> Member<'a> {
    /// `None` if its escapes make no Unicode text.
    pub(crate) fn name(&self) -> Option<Cow<'a, str>> {
        let name = self.name.get();
        let plain = name.get(1..name.len().checked_sub(1)?)?;
        if plain.contains('\\') { serde_json::from_str(name).ok().map(Cow::Owned) } else { Some(Cow::Borrowed(plain)) }
    }

    pub(crate) fn value(&self) -> &'a RawValue {
        self.value
    }

    /// The value, if it is a string of Unicode text.
    pub(crate) fn text(&self) -> Option<String> {
        serde_json::from_str(self.value.get()).ok()
    }

    fn is(&self, name: &str) -> bool {
        self.name().is_some_and(|own| own == name)
    }
}

impl<'a> Members<'a> {
    /// `None` unless the text is one JSON object, with white space around it at most.
    pub(crate) fn of(text: &'a [u8]) -> Option<Self> {
        // One byte tells most of what is not an object.
        let brace = text.iter().position(|byte| !byte.is_ascii_whitespace()).filter(|at| text[*at] == b'{')?;
        let mut json = serde_json::Deserializer::from_slice(text);
        let members = json.deserialize_map(MembersVisitor).ok()?;
        json.end().ok()?;
        Some(Self { text, opening: brace + 1, members })
    }

    pub(crate) fn text(&self) -> &'a [u8] {
        self.text
    }

    pub(crate) fn opening(&self) -> usize {
        self.opening
    }

    pub(crate) fn first(&self) -> Option<&Member<'a>> {
        self.members.first()
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &Member<'a>> {
        self.members.iter()
    }

    /// The last member of this name: of duplicates, that is the one that JSON parsers keep.
    pub(crate) fn get(&self, name: &str) -> Option<&Member<'a>> {
        self.members.iter().rfind(|member| member.is(name))
    }

    /// Whether no other member has this one's name.
    pub(crate) fn is_unique(&self, member: &Member<'_>) -> bool {
        member.name().is_some_and(|name| self.members.iter().filter(|other| other.is(&name)).count() == 1)
    }

    /// Where a name stands in the text, quotes included.
    pub(crate) fn name_at(&self, member: &Member<'_>) -> Range<usize> {
        self.range(member.name)
    }

    /// Where a value stands in the text.
    pub(crate) fn value_at(&self, member: &Member<'_>) -> Range<usize> {
        self.range(member.value)
    }

    fn range(&self, part: &RawValue) -> Range<usize> {
        // Both point into one text, because nothing here was copied.
        let start = part.get().as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        start..start + part.get().len()
    }

    /// The text without the members of these names, and without the commas that this makes superfluous.
    pub(crate) fn without(&self, names: &[&str]) -> Vec<u8> {
        let Some(first) = self.members.first() else { return self.text.to_vec() };
        let opening = self.name_at(first).start;
        let mut left = self.text[..opening].to_vec();
        let mut end_of_previous = opening;
        for member in &self.members {
            let end = self.value_at(member).end;
            if !names.iter().any(|name| member.is(name)) {
                // The first that stays has no comma before it.
                let start = if left.len() == opening { self.name_at(member).start } else { end_of_previous };
                left.extend_from_slice(&self.text[start..end]);
            }
            end_of_previous = end;
        }
        left.extend_from_slice(&self.text[end_of_previous..]);
        left
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Vec<Member<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((name, value)) = map.next_entry()? {
            members.push(Member { name, value });
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_where_they_stand() {
        let text = br#" { "a" : [1, {"b":2}] ,"\u0061":1.0,"\ud800":null } "#;
        let members = Members::of(text).unwrap();
        let found: Vec<_> = members.iter().map(|m| (m.name(), &text[members.value_at(m)])).collect();
        let expected: [(Option<Cow<'_, str>>, &[u8]); 3] =
            [(Some("a".into()), br#"[1, {"b":2}]"#), (Some("a".into()), b"1.0"), (None, b"null")];
        assert_eq!(found, expected);
        assert_eq!(members.get("a").unwrap().value().get(), "1.0");
    }

    #[test]
    fn only_one_whole_object_has_members() {
        for text in ["", "[]", "1", "{", "{}}", "{} {}", "{,}", r#"{"a":}"#, r#"{"a":1,}"#, r#"x{}"#, "\u{feff}{}"] {
            assert!(Members::of(text.as_bytes()).is_none(), "{text:?}");
        }
    }

    #[test]
    fn a_member_leaves_with_one_comma_and_nothing_else_changes() {
        let table = [
            (r#"{"a":1,"x":2}"#, r#"{"a":1}"#),
            (r#"{"x":2,"a":1}"#, r#"{"a":1}"#),
            (r#"{"a":1.0,"x":{"a":1},"b":1e3}"#, r#"{"a":1.0,"b":1e3}"#),
            (" { \"a\" : 1 , \"x\" : 2 }\n", " { \"a\" : 1 }\n"),
            (r#"{ "x":2, "y":3, "a":1 }"#, r#"{ "a":1 }"#),
            (r#"{"x":1,"a":2,"x":3,"b":4,"y":5}"#, r#"{"a":2,"b":4}"#),
            (r#"{ "x":2 }"#, r#"{  }"#),
            (r#"{ }"#, r#"{ }"#),
            (r#"{"\u0078":1,"a":2}"#, r#"{"a":2}"#),
        ];
        for (text, left) in table {
            let without = Members::of(text.as_bytes()).unwrap().without(&["x", "y"]);
            assert_eq!(String::from_utf8(without).unwrap(), left, "{text}");
        }
    }
}
