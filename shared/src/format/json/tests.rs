use proptest::prelude::*;
use serde_json::value::RawValue;

use super::*;

/// What the scanner stands for.
fn is_raw_value(text: &[u8]) -> bool {
    serde_json::from_slice::<&RawValue>(text).is_ok()
}

#[test]
fn json_is_what_serde_json_takes_for_it() {
    let table: [&[u8]; 83] = [
        b"",
        b" ",
        b"{}",
        b"[]",
        b" {\t}\r\n",
        b"[ ]",
        b"{]",
        b"[}",
        b"{",
        b"[",
        b"}",
        b"]",
        b"{}}",
        b"[]]",
        b"{}{}",
        b"[1,]",
        b"[,1]",
        b"[1 2]",
        b"[1,,2]",
        b"{\"a\"}",
        b"{\"a\":}",
        b"{\"a\":1,}",
        b"{,}",
        b"{\"a\":1 \"b\":2}",
        b"{\"a\" : 1 , \"b\" : [ ] }",
        b"{\"a\":\"b\",\"c\":\"d\",\"e\":1}",
        b"{\"a\":1,\"b\":\"c\",\"d\" : [\"e\",\"f\"],\"g\":\"h\"}",
        b"{\"a\":\"b\",\"c\"1}",
        b"{\"a\":\"b\",\"c\",1}",
        b"{\"a\":\"b\",\"c\"}",
        b"{\"a\":\"b\",\"c\":}",
        b"{\"a\":\"b\",\"c\":\"d}",
        b"[\"a\",\"b\":\"c\"]",
        b"{a:1}",
        b"{1:1}",
        b"{\"a\"::1}",
        b"\"",
        b"\"\"",
        b"\"a",
        b"\"\\",
        b"\"\\\"",
        b"\"\\\"\"",
        b"\"\\x\"",
        b"\"\\u12\"",
        b"\"\\u12g4\"",
        b"\"\\u00E9\"",
        b"\"\\ud800\"",
        b"\"\\udc00\\ud800\"",
        b"\"\x7f\"",
        b"\"\x1f\"",
        b"\"\n\"",
        b"\"\\n\"",
        b"\"\xc3\xa9\"",
        b"\"\xc3\"",
        b"\"\xff\"",
        b"\xc3\xa9",
        b"[\"\xed\xa0\x80\"]",
        b"\xef\xbb\xbf{}",
        b"0",
        b"-0",
        b"00",
        b"01",
        b"-",
        b"--1",
        b"+1",
        b"1.",
        b".1",
        b"1.0e",
        b"1e+",
        b"1E-07",
        b"1.5e3",
        b"-1e999999",
        b"1e5.5",
        b"123456789012345678901234567890",
        b"0x1",
        b"1 ",
        b"tru",
        b"true",
        b"truefalse",
        b"null ",
        b"nul",
        b"fals e",
        b"\x0c1",
    ];
    for text in table {
        assert_eq!(is_json(text), is_raw_value(text), "{}", text.escape_ascii());
    }
}

/// Where a token lies across the blocks that are looked at together.
#[test]
fn no_place_of_a_token_matters() {
    let tokens: [&[u8]; 12] = [
        b"{\"name\":\"value\"}",
        b"[true,false,null]",
        b"-12.5e-3",
        b"\"\\u00e9\\\\\\\"\"",
        b"\"\xf0\x9f\x9a\x80\"",
        b"{\"a\":{}}",
        b"[[[]]]",
        b"tru",
        b"\"\\",
        b"1.",
        b"\"\xf0\x9f\x9a\"",
        b"{\"a\":1,}",
    ];
    for token in tokens {
        for before in 0..140 {
            for after in [0, 1, 63, 64, 65] {
                for (open, close) in [(&b"["[..], &b"]"[..]), (b"", b""), (b"{\"k\":", b"}")] {
                    let text = [open, &b" ".repeat(before), token, close, &b"\n".repeat(after)].concat();
                    assert_eq!(is_json(&text), is_raw_value(&text), "{}", text.escape_ascii());
                }
            }
        }
        let text = [b"\"", &b"x".repeat(200)[..], b"\""].concat();
        assert!(is_json(&text) && !is_json(&text[..200]));
    }
}

#[test]
fn any_depth_is_json() {
    for depth in [1, 63, 64, 65, 127, 128, 129, 200, 10_000] {
        for (open, close) in [("[", "]"), (r#"{"a":"#, "}"), (r#"[{"a":"#, "}]")] {
            let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            assert!(is_json(text.as_bytes()) && is_raw_value(text.as_bytes()), "{depth}");
            assert!(!is_json(&text.as_bytes()[..text.len() - 1]), "{depth}");
            let crossed = text.replacen(close, if close == "]" { "}" } else { "]" }, 1);
            assert!(!is_json(crossed.as_bytes()), "{depth}");
        }
    }
}

#[test]
fn a_name_is_found_wherever_it_stands() {
    let names = crate::context::fields::KNOWN.into_iter().chain(["_otel", "_datadog"]);
    for name in names {
        for before in 0..150 {
            let text = format!(r#"{}"{name}":1}}"#, " ".repeat(before));
            assert!(may_name(text.as_bytes(), &[name]), "{text}");
            assert!(!may_name(text.as_bytes(), &["another"]), "{text}");
            for part in [&text.replace('"', ""), &text.replace(&name[1..], "")] {
                assert!(!may_name(part.as_bytes(), &[name]), "{part}");
            }
        }
    }
}

#[test]
fn an_escape_that_may_be_a_letter_is_taken_for_a_name() {
    for (text, may) in
        [(r"\u005fotel", true), (r"\u0062aggage", true), (r"\u00e9", false), (r"\u4e2d", false), (r#"\"\n"#, false)]
    {
        for before in 0..150 {
            let text = format!(r#"{}{{"{text}":1}}"#, " ".repeat(before));
            assert_eq!(may_name(text.as_bytes(), &["_otel"]), may, "{text}");
        }
    }
}

#[test]
fn the_first_name_is_told_from_others() {
    let table = [
        (r#""_otel":1}"#, true),
        (r#" "data" :1}"#, true),
        (r#""dat\u0061":1}"#, true),
        (r#""\u0064ata":1}"#, true),
        (r#""databases\u0061":1}"#, false),
        (r#""a":"_otel"}"#, false),
        (r#""a":"\n"}"#, false),
        (r#""dat":"\n"}"#, false),
        (r#"}"#, false),
        ("", false),
        (r#"""#, false),
    ];
    for (inside, is_one) in table {
        assert_eq!(begins_with_name(inside.as_bytes(), &["_otel", "data"]), is_one, "{inside}");
    }
}

/// JSON of every kind, and then some bytes of it are others.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let token = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\"a\"",
        "\"name\":",
        "\"\\u00e9\"",
        "\\ud800",
        "\"é🚀\"",
        "0",
        "-1.5e3",
        "12345",
        ".",
        "e+",
        "true",
        "false",
        "null",
        " ",
        "\n\t ",
        "{\"a\":1}",
        "[1,\"b\",{}]",
        "{\"k\":[{\"l\":null}],\"m\":\"\"}",
        "\"0123456789012345678901234567890123456789\"",
    ]);
    let tokens = prop::collection::vec(token, 0..40).prop_map(|tokens| tokens.concat().into_bytes());
    let json = json().prop_map(String::into_bytes);
    let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 0..3);
    (prop_oneof![tokens, json], edits).prop_map(|(mut text, edits)| {
        for (place, byte, kind) in edits {
            let at = place.index(text.len() + 1);
            match kind {
                0 => text.insert(at, byte),
                1 => text.insert(at, b"{}[],:\"\\ 0-.e"[usize::from(byte) % 13]),
                2 if at < text.len() => drop(text.remove(at)),
                3 if at < text.len() => text[at] = byte,
                _ => text.truncate(at),
            }
        }
        text
    })
}

fn json() -> impl Strategy<Value = String> {
    let space = || prop::sample::select(vec!["", "", "", " ", "\n  "]);
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|it| it.to_string()),
        any::<i64>().prop_map(|it| it.to_string()),
        any::<f64>().prop_map(|it| serde_json::json!(it).to_string()),
        ".{0,80}".prop_map(|it| serde_json::json!(it).to_string()),
    ];
    leaf.prop_recursive(5, 60, 8, move |inner| {
        let item = (space(), inner.clone(), space()).prop_map(|(before, item, after)| format!("{before}{item}{after}"));
        let member = (".{0,20}", item.clone()).prop_map(|(name, item)| format!("{}:{item}", serde_json::json!(name)));
        prop_oneof![
            prop::collection::vec(item, 0..8).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(member, 0..8).prop_map(|members| format!("{{{}}}", members.join(","))),
        ]
    })
}

/// `PROPTEST_CASES=1000000 cargo test --release -p kinetrace --lib format::json` takes minutes.
mod properties {
    use super::*;

    proptest! {
        #[test]
        fn whatever_the_bytes_are_json_is_what_serde_json_takes_for_it(text in mutated()) {
            prop_assert_eq!(is_json(&text), is_raw_value(&text), "{}", text.escape_ascii());
        }
    }
}
