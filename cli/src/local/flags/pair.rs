//! `NAME=VALUE`.

use super::flag_error::FlagError;

/// Name and value. The value may have further equals signs, and be empty.
pub(super) fn pair(flag: &'static str, text: &str) -> Result<(String, String), FlagError> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(FlagError::value(flag, text, "it takes NAME=VALUE")),
    }
}

/// A function's name before what is to be started, if it is there: a command may have an equals sign, too.
pub(super) fn name_and_rest(text: &str) -> (Option<&str>, &str) {
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|it| it.is_ascii_alphanumeric() || "_-".contains(it));
    match text.split_once('=') {
        Some((name, rest)) if is_name(name) => (Some(name), rest),
        _ => (None, text),
    }
}
