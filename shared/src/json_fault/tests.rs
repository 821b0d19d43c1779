//! No word of the input is told, and what is told is of use.

use std::collections::HashMap;

use proptest::prelude::*;
use serde::de::{Deserializer, Error as _};
use serde::{Deserialize, Serialize};

use super::*;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Flight {
    #[expect(dead_code, reason = "only read")]
    tailnum: String,
    #[serde(default)]
    #[expect(dead_code, reason = "only read")]
    class: Option<Class>,
    #[serde(default)]
    #[expect(dead_code, reason = "only read")]
    seats: u16,
    #[serde(default, deserialize_with = "card")]
    #[expect(dead_code, reason = "only read")]
    card: Option<String>,
    #[serde(default, deserialize_with = "in_a_string")]
    #[expect(dead_code, reason = "only read")]
    inner: u8,
}

#[derive(Debug, Deserialize)]
enum Class {
    First,
}

/// A type that makes the text of its error, of what it was given.
fn card<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Err(D::Error::custom(format!("{text} is not the number of a card, expected u16")))
}

/// JSON in a string, as many have it: the error is passed on, with a place of its own.
fn in_a_string<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let text = String::deserialize(deserializer)?;
    serde_json::from_str(&text).map_err(D::Error::custom)
}

fn fault(json: &str) -> String {
    JsonFault(&serde_json::from_str::<Flight>(json).unwrap_err()).to_string()
}

#[test]
fn an_error_tells_kind_and_place_and_what_was_expected() {
    for (json, told) in [
        (r#""alice@example.com""#, "invalid type: string, expected struct Flight at line 1 column 19"),
        (r#"["N1"#, "EOF while parsing a string at line 1 column 4"),
        ("{\n\"tailnum\":4111111111111111}", "invalid type: integer, expected a string at line 2 column 26"),
        (r#"{"tailnum":"a","seats":70000}"#, "invalid value: integer, expected u16 at line 1 column 28"),
        (r#"{"tailnum":"a","seats":"x, expected alice"}"#, "invalid type: string, expected u16 at line 1 column 42"),
        (r#"{"tailnum":"a","class":"alice"}"#, "unknown variant at line 1 column 30"),
        (r#"{"alice":1}"#, "unknown field at line 1 column 8"),
        (r#"{"`, expected u16":1}"#, "unknown field at line 1 column 18"),
        (r#"{"tailnum":"a","tailnum":"b"}"#, "duplicate field `tailnum` at line 1 column 24"),
        ("{}", "missing field `tailnum` at line 1 column 2"),
        (r#"{"card":"invalid type: 4111"}"#, "invalid type, expected u16 at line 1 column 29"),
        (r#"{"card":"4111"}"#, "the data does not fit the type at line 1 column 15"),
        (r#"{"inner":"\"alice\""}"#, "invalid type: string, expected u8 at line 1 column 7"),
        ("alice", "expected value at line 1 column 1"),
        ("{} alice", "missing field `tailnum` at line 1 column 2"),
        ("[1,,]", "invalid type: integer, expected a string at line 1 column 2"),
    ] {
        assert_eq!(fault(json), told, "{json}");
    }
}

/// Whatever a type expects, it may be made of the input.
#[test]
fn what_a_type_of_ones_own_says_is_not_told() {
    for (text, told) in [
        ("missing field `alice", "missing field"),
        ("missing field `a` of alice", "missing field"),
        ("missing field `alice@example.com`", "missing field"),
        ("invalid type: 1, expected alice", "invalid type"),
        ("invalid type: 1, expected struct alice's", "invalid type"),
        (
            "invalid type: 1, expected struct Flight with 3 elements",
            "invalid type, expected struct Flight with 3 elements",
        ),
        ("invalid length 3, expected a tuple of size 2", "invalid length, expected a tuple of size 2"),
        ("invalid value: 1, expected a tuple of size alice", "invalid value"),
        ("unknown variant `a`, expected `alice`", "unknown variant"),
        ("card at line 4111111111111111 column 4", "the data does not fit the type"),
        ("alice", "the data does not fit the type"),
        ("trailing comma at line 3 column 4", "trailing comma at line 3 column 4"),
    ] {
        assert_eq!(JsonFault::of_text(text), told, "{text}");
    }
}

/// As `unwrap`, `expect` and a transparent error write it.
#[test]
fn of_an_error_that_a_text_quotes_kind_and_place_are_left() {
    let error = serde_json::from_str::<u8>(r#""alice\", line: 1, column: 2)""#).unwrap_err();
    let custom = "alice is not a card at line 1 column 2";
    for (text, told) in [
        (format!("a flight: {error:?}"), "a flight: JSON error at line 1 column 30"),
        (format!("{error:?} and {error:?}!"), "JSON error at line 1 column 30!"),
        (error.to_string(), "invalid type: string, expected u8 at line 1 column 30"),
        (format!("bad: {error}"), "bad: invalid type: string, expected u8 at line 1 column 30"),
        (format!("bad ({error})"), "bad (invalid type: string, expected u8 at line 1 column 30)"),
        (format!("{error} and {error}"), "invalid type: string, expected u8 at line 1 column 30"),
        (
            format!("bad: {error} (at line start)"),
            "bad: invalid type: string, expected u8 at line 1 column 30 (at line start)",
        ),
        (format!("{error:?}, line: x"), "JSON error at line 1 column 30, line: x"),
        (custom.to_owned(), "the data does not fit the type at line 1 column 2"),
        (format!("bad: {custom}"), "the data does not fit the type at line 1 column 2"),
        (
            "bad: EOF while parsing a list at line 1 column 2".to_owned(),
            "bad: EOF while parsing a list at line 1 column 2",
        ),
        ("index out of bounds".to_owned(), "index out of bounds"),
        ("Error(\"alice\")".to_owned(), "Error(\"alice\")"),
        ("stopped at line A column B".to_owned(), "stopped at line A column B"),
    ] {
        assert_eq!(JsonFault::unquoted(&text), told, "{text}");
    }
}

fn type_of_each<'a, T: Deserialize<'a>>(json: &'a str) -> Option<serde_json::Error> {
    serde_json::from_str::<T>(json).err()
}

proptest! {
    /// Of what a person wrote in place of anything, nothing is told: whatever it looks like, and wherever it stands.
    #[test]
    fn no_value_is_told(
        before in "[ -~]{0,12}(, expected |`, expected `| at line |missing field `|: )?",
        after in "(, expected u8|` at line 1 column 1|`)?[ -~]{0,6}",
        number in 1_000_000_000_000_u64..,
    ) {
        #[derive(Serialize)]
        struct Alice<'a> { tailnum: &'a str, class: &'a str, card: &'a str, seats: &'a str, inner: &'a str }
        let text = format!("{before}Qx7Alice{after}");
        let quoted = serde_json::to_string(&text).unwrap();
        let object = serde_json::to_string(&HashMap::from([(&text, number)])).unwrap();
        let one = |member: &str| serde_json::json!({ "tailnum": "a", member: text }).to_string();
        let all = Alice { tailnum: &text, class: &text, card: &text, seats: &text, inner: &quoted };
        let all = serde_json::to_string(&all).unwrap();
        for json in [
            &quoted, &object, &number.to_string(), &text, &all,
            &one("class"), &one("card"), &one("seats"), &one("inner"), &one(&text),
        ] {
            for error in [
                type_of_each::<Flight>(json), type_of_each::<bool>(json), type_of_each::<Class>(json),
                type_of_each::<HashMap<String, u8>>(json), type_of_each::<(u8, u8)>(json),
            ].into_iter().flatten() {
                let told = JsonFault(&error).to_string();
                prop_assert!(!told.contains("Qx7") && !told.contains(&number.to_string()), "{} of {}", told, error);
                prop_assert!(told.contains(" at line "), "{} of {}", told, error);
                // A text that a type makes itself, with words before and after it, cannot be told from others.
                let is_custom = KINDS.into_iter().all(|kind| !error.to_string().starts_with(kind));
                let end = if is_custom { "" } else { ", said Bob" };
                for quoted in [format!("bad: {error}"), format!("bad: {error:?}"), format!("bad: {error}{end}")] {
                    let told = JsonFault::unquoted(&quoted);
                    prop_assert!(!told.contains("Qx7") && !told.contains(&number.to_string()), "{} of {}", told, quoted);
                }
            }
        }
    }
}
