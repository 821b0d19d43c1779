//! What the members of an object are, by `serde_json`.

use std::fmt;

use proptest::prelude::*;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::*;

type Texts<'a> = Vec<(&'a str, &'a str)>;

fn by_serde_json(text: &[u8]) -> Option<Texts<'_>> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let members = json.deserialize_map(InOrder).ok()?;
    json.end().ok()?;
    Some(members)
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Texts<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            members.push((name.get(), value.get()));
        }
        Ok(members)
    }
}

fn texts<'a>(members: &Members<'a>) -> Texts<'a> {
    members.iter().map(|member| (member.name, member.value.get())).collect()
}

/// Pieces of which random strings come close to objects, or are some.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        " ",
        "\n",
        "\u{b}",
        "\"a\":1",
        "\"a\" : [1, {\"b\":2}] ,",
        "\"\\u0061\":1.0,",
        "\"é\":\"🚀\"",
        "null",
        "{\"a\":{}}",
        "\"\":-0.5e1",
    ]);
    let members = prop::collection::vec(
        prop::sample::select(vec!["\"a\":1", " \"\\u0062\" : {} ", "\"é\":[\"\\\"\"]", "\"\":\"\""]),
        0..6,
    );
    let object = members.prop_map(|members| format!("{{{}}}", members.join(",")));
    let cut = (object.clone(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(object, place, byte)| {
        let mut bytes = object.into_bytes();
        let at = place.index(bytes.len());
        bytes[at] = byte;
        bytes
    });
    prop_oneof![
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat().into_bytes()),
        object.prop_map(String::into_bytes),
        cut
    ]
}

proptest! {
    #[test]
    fn the_members_are_those_that_serde_json_finds(text in pieces()) {
        prop_assert_eq!(Members::of(&text).as_ref().map(texts), by_serde_json(&text), "{}", text.escape_ascii());
    }
}
