//! The members of a JSON object, as they stand in its text.
//!
//! Payloads are cut and spliced, never parsed and written again: that would change numbers, the order of members, and
//! white space. So what is needed of an object is where its members begin and end.

use std::borrow::Cow;
use std::ops::Range;

use super::json::Scanner;

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
    name: &'a str,
    value: Value<'a>,
    has_escape: bool,
}

/// One JSON value, as it stands in the text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value<'a>(&'a str);

impl<'a> Value<'a> {
    pub(crate) fn get(self) -> &'a str {
        self.0
    }
}

impl<'a> Member<'a> {
    /// `None` if its escapes make no Unicode text.
    pub(crate) fn name(&self) -> Option<Cow<'a, str>> {
        if self.has_escape { serde_json::from_str(self.name).ok() } else { self.plain_name().map(Cow::Borrowed) }
    }

    pub(crate) fn value(&self) -> Value<'a> {
        self.value
    }

    /// The value, if it is a string of Unicode text.
    pub(crate) fn text(&self) -> Option<String> {
        serde_json::from_str(self.value.get()).ok()
    }

    fn plain_name(&self) -> Option<&'a str> {
        self.name.strip_prefix('"')?.strip_suffix('"')
    }

    /// An escape takes two bytes at least, or six for one of a letter: a name with one is not shorter than what it says.
    fn is(&self, name: &str) -> bool {
        match self.plain_name() {
            Some(own) if !self.has_escape => own == name,
            Some(own) if own.len() > name.len() && is_begun_by(name, own) => self.name().is_some_and(|own| own == name),
            _ => false,
        }
    }
}

/// Whether a text begins with what stands in a name before its first escape.
fn is_begun_by(text: &str, name: &str) -> bool {
    name.split('\\').next().is_some_and(|plain| text.starts_with(plain))
}

impl<'a> Members<'a> {
    /// `None` unless the text is one JSON object, with white space around it at most.
    pub(crate) fn of(text: &'a [u8]) -> Option<Self> {
        let mut scanner = Scanner::of(text);
        // One byte tells most of what is not an object.
        let opening = scanner.token(b'{', 0)?;
        let utf8 = std::str::from_utf8(text).ok()?;
        let mut members = Vec::new();
        let mut end = scanner.token(b'}', opening);
        let mut at = opening;
        while end.is_none() {
            let (name, value) = scanner.member(at)?;
            end = scanner.token(b'}', value.end);
            at = if end.is_none() { scanner.token(b',', value.end)? } else { value.end };
            let name = &utf8[name];
            members.push(Member { name, value: Value(&utf8[value]), has_escape: name.contains('\\') });
        }
        scanner.is_end(end?).then_some(Self { text, opening, members })
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
        self.range(member.value.get())
    }

    fn range(&self, part: &str) -> Range<usize> {
        // Both point into one text, because nothing here was copied.
        let start = part.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        start..start + part.len()
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

#[cfg(test)]
mod definition;
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
