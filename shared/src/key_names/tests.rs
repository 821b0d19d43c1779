//! Names that both ends, and other programs, find alike.

use super::*;

const SECRET: &str = "0123456789abcdef";

fn read(switch: Option<&str>, secret: Option<&str>) -> Result<KeyNames, KeyNamesError> {
    let value = |name: &str| if name == "KINETRACE_HASH_KEYS" { switch } else { secret };
    KeyNames::read(|name| value(name).map(str::to_owned))
}

/// By `sha256sum`, and `openssl dgst -sha256 -hmac`: another program has to find the same names.
#[test]
fn a_key_has_one_name_at_both_ends() {
    let keyed = || KeyNames::keyed(SECRET).unwrap();
    for (names, key, name) in [
        (KeyNames::default(), "user-42", "user-42"),
        (KeyNames::hashed(), "user-42", "sha256:6d894aa3ee802549d7f340e7c1cf0d1c"),
        (KeyNames::hashed(), "", "sha256:e3b0c44298fc1c149afbf4c8996fb924"),
        (keyed(), "user-42", "hmac-sha256:101b5ab6a741733cad42f34ec38bf81f"),
        (keyed(), "user-42", "hmac-sha256:101b5ab6a741733cad42f34ec38bf81f"),
        (KeyNames::keyed("fedcba9876543210").unwrap(), "user-42", "hmac-sha256:2e22aef8d324a0357661d5d8f0695adc"),
    ] {
        assert_eq!(names.name(key), name, "{names:?}");
        assert_eq!(KeyNames::is_hash(name), name != "user-42", "{name}");
    }
}

#[test]
fn a_text_that_only_resembles_a_hash_is_not_one() {
    let hash = KeyNames::hashed().name("a").into_owned();
    for name in [&hash[1..], &hash[..hash.len() - 1], &hash.to_uppercase(), &format!("{hash}0"), "sha256:", ""] {
        assert!(!KeyNames::is_hash(name), "{name}");
    }
}

#[test]
fn the_variables_switch_it_and_one_without_effect_is_refused() {
    let told = |names: Result<KeyNames, KeyNamesError>| match names {
        Ok(names) => format!("{names:?}"),
        Err(error) => error.to_string(),
    };
    for (switch, secret, expected) in [
        (None, None, "KeyNames(plain)"),
        (Some(" "), Some(""), "KeyNames(plain)"),
        (Some("false"), None, "KeyNames(plain)"),
        (Some(" true "), None, "KeyNames(sha256)"),
        (Some("true"), Some(SECRET), "KeyNames(hmac-sha256)"),
        (Some("yes"), None, "KINETRACE_HASH_KEYS=\"yes\" is not understood"),
        (None, Some(SECRET), "KINETRACE_HASH_KEYS_SECRET is set, and KINETRACE_HASH_KEYS is not"),
        (Some("true"), Some("hunter2"), "KINETRACE_HASH_KEYS_SECRET has 7 bytes"),
    ] {
        let told = told(read(switch, secret));
        assert!(told.starts_with(expected), "{told}");
        assert!(!told.contains("hunter2") && !told.contains(SECRET), "{told}");
    }
}
