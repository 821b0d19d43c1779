//! The headers that an exporter sends along: secrets, as a rule, so that no value is ever shown, and no name of an item
//! that may be a secret as a whole.

use http::header::ACCEPT_ENCODING;
use http::{HeaderName, HeaderValue};

use super::percent;
use super::reading::Reading;

/// Headers by their names, with values that `Debug` does not show.
pub(in crate::telemetry) type Headers = Vec<(HeaderName, HeaderValue)>;

/// What the exporter and its HTTP client set: another value would break the request.
const RESERVED: [&str; 7] =
    ["connection", "content-encoding", "content-length", "content-type", "host", "te", "transfer-encoding"];

const LIKE_JSON: &str = "it looks like JSON, as Secrets Manager keeps it by default. Keep `name=value` in the secret as plain \
                         text; or have one key of the JSON hold it, and name that key after the secret's name or ARN, \
                         as in SECRET:SecretString:KEY";

const UNRESOLVED: &str =
    "it is a dynamic reference that nobody has resolved. CloudFormation resolves it; an emulator does not";

/// What is wrong with an item, and whether it is sent anyway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Oddity {
    NotSent(&'static str),
    SentAsIs(&'static str),
}

/// Those of the first variable that is set.
pub(super) fn headers(reading: &mut Reading<'_>, names: &[&str]) -> Headers {
    let Some((name, text)) = names.iter().find_map(|name| Some((name, reading.get(name)?))) else {
        return Headers::new();
    };
    let (headers, complaint) = parse(text);
    if let Some(complaint) = complaint {
        reading.tell(format!("{name} (its value is not shown): {complaint}"));
    }
    headers
}

/// `name=value,name=value`, with values percent-encoded, as the specification has it; and what is to be said of the rest.
fn parse(text: &str) -> (Headers, Option<String>) {
    // No name of a header begins with a brace.
    if text.starts_with('{') {
        let reason = if text.starts_with("{{resolve:") { UNRESOLVED } else { LIKE_JSON };
        return (Headers::new(), Some(format!("no header is sent, because {reason}")));
    }
    let items: Vec<_> = text.split(',').map(str::trim).filter(|item| !item.is_empty()).collect();
    let mut headers = Headers::new();
    let mut complaints = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let (header, oddity) = parse_item(item, items.len() == 1);
        headers.extend(header);
        let which =
            if items.len() == 1 { "the header".to_owned() } else { format!("item {} of {}", index + 1, items.len()) };
        complaints.extend(oddity.map(|oddity| match oddity {
            Oddity::NotSent(reason) => format!("{which} is not sent, because {reason}"),
            Oddity::SentAsIs(reason) => format!("{which} is sent as it is, but {reason}"),
        }));
    }
    if items.is_empty() {
        complaints.push("it has no item; write name=value,name=value".to_owned());
    }
    (headers, (!complaints.is_empty()).then(|| complaints.join("; ")))
}

fn parse_item(item: &str, is_alone: bool) -> (Option<(HeaderName, HeaderValue)>, Option<Oddity>) {
    let not_sent = |reason| (None, Some(Oddity::NotSent(reason)));
    if item.starts_with(['"', '\'']) {
        return not_sent("it is in quotation marks; write name=value without them");
    }
    let Some((name, value)) = item.split_once('=').map(|(name, value)| (name.trim(), value.trim())) else {
        return not_sent(match (item.contains(':'), is_alone) {
            (true, _) => "it is written as `name: value`; write name=value",
            (false, true) => "it has no name, as if it were a bare key; write name=value",
            (false, false) => "it has no `=`; write name=value, and a comma within a value as %2C",
        });
    };
    if name.contains(':') {
        return not_sent("it is written as `name: value`; write name=value");
    }
    // A bare key in Base64 may end in `=`.
    if value.trim_matches('=').is_empty() {
        return not_sent("it has no value, or is a bare key that ends in `=`; write name=value");
    }
    let Ok(name) = name.parse::<HeaderName>() else { return not_sent("its name is not the name of a header") };
    if name == ACCEPT_ENCODING {
        return not_sent("answers are read unpacked only");
    }
    if RESERVED.contains(&name.as_str()) {
        return not_sent("the exporter sets that header itself");
    }
    let decoded = percent::decode(value);
    let oddity = oddity(value, decoded.is_some());
    let Ok(mut value) = HeaderValue::from_bytes(&decoded.unwrap_or_else(|| value.into())) else {
        return not_sent("its value has a line break or another control character, which no header can have");
    };
    value.set_sensitive(true);
    (Some((name, value)), oddity.map(Oddity::SentAsIs))
}

/// What is odd about a value that can be sent.
fn oddity(value: &str, is_decoded: bool) -> Option<&'static str> {
    if value.len() > 1 && value.starts_with(['"', '\'']) && value.ends_with(['"', '\'']) {
        Some("its value is in quotation marks, which are sent along")
    } else if value.contains(';') {
        Some("its value has a `;`; items have commas between them, and a `;` within a value is %3B")
    } else if !is_decoded {
        Some("it has a `%` without two hexadecimal digits after it; write `%` as %25")
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
