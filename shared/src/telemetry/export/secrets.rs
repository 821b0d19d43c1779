//! What a collector says may quote what it was sent: the values of headers, which are keys and passwords.

use std::borrow::Cow;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName};

use crate::one_line::one_line;

/// What everybody may know.
const PUBLIC: [HeaderName; 4] = [CONTENT_ENCODING, CONTENT_TYPE, USER_AGENT, HeaderName::from_static("x-amz-date")];
/// Of a value of several words, such as `Bearer` and a token, those of as many bytes are looked for by themselves.
const MIN_WORD: usize = 4;

/// Of what a collector says, in bytes: the first sentence.
pub(super) const MAX_EXCERPT: usize = 256;

/// The text as a part of a sentence, or nothing if it is empty. `headers` are those of the request that it answers.
pub(super) fn saying(text: &str, headers: &HeaderMap) -> String {
    match excerpt(text, headers) {
        text if text.is_empty() => text,
        text => format!(", saying \"{text}\""),
    }
}

pub(super) fn excerpt(text: &str, headers: &HeaderMap) -> String {
    one_line(&without_secrets(text.trim(), headers), MAX_EXCERPT).into_owned()
}

/// The text, with stars for the values of the request's headers.
pub(super) fn without_secrets<'a>(text: &'a str, headers: &HeaderMap) -> Cow<'a, str> {
    let values = headers.iter().filter(|(name, _)| !PUBLIC.contains(name)).filter_map(|(_, value)| value.to_str().ok());
    let mut secrets: Vec<_> = values.flat_map(secrets_of).filter(|secret| text.contains(secret.as_ref())).collect();
    // Or what is left of a longer one could be told.
    secrets.sort_unstable_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets.iter().fold(Cow::Borrowed(text), |text, secret| Cow::Owned(text.replace(secret.as_ref(), "***")))
}

/// A value, its words, and the user and the password that it may encode.
fn secrets_of(value: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let words = value.split_whitespace().filter(move |word| word.len() >= MIN_WORD && *word != value);
    let whole = Some(value.trim()).filter(|value| !value.is_empty());
    let user = value.strip_prefix("Basic ").and_then(|user| BASE64_STANDARD.decode(user).ok());
    let user = user.and_then(|user| String::from_utf8(user).ok());
    let password = user.as_ref().and_then(|user| Some(user.split_once(':')?.1.to_owned()));
    let decoded = [user, password.filter(|password| password.len() >= MIN_WORD)];
    whole.into_iter().chain(words).map(Cow::Borrowed).chain(decoded.into_iter().flatten().map(Cow::Owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_of_a_header_is_told_whole_or_word_by_word() {
        let headers = [
            ("authorization", "Bearer s3cr3t-token"),
            ("api-key", "abc"),
            ("x-longer", "abcdef"),
            ("content-type", "application/x-protobuf"),
            // `user:pass word`
            ("proxy-authorization", "Basic dXNlcjpwYXNzIHdvcmQ="),
        ];
        let headers: HeaderMap =
            headers.into_iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        for (text, told) in [
            ("nothing of them", "nothing of them"),
            ("bad key abc", "bad key ***"),
            ("bad key \"abcdef\"", "bad key \"***\""),
            ("`Bearer s3cr3t-token` has expired", "`***` has expired"),
            ("token s3cr3t-token has expired", "token *** has expired"),
            ("takes no application/x-protobuf", "takes no application/x-protobuf"),
            ("denied for user:pass word, pass word, dXNlcjpwYXNzIHdvcmQ=", "denied for ***, ***, ***"),
        ] {
            assert_eq!(without_secrets(text, &headers), told);
        }
    }
}
