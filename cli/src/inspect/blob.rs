//! The data of a record, as the CLI and the SDKs show it in JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::object::{self, Object};

/// Base64 in a string, or what `JSON.stringify` makes of bytes in JavaScript: `{"type":"Buffer","data":[123,…]}` of a
/// `Buffer`, `{"0":123,…}` of a `Uint8Array`. `None` if it is neither.
pub(super) fn read(json: &RawValue) -> Option<Bytes> {
    if let Some(text) = object::text(json) {
        return BASE64.decode(text.trim()).ok().map(Bytes::from);
    }
    let bytes = match Object::of(json) {
        Some(object) if object.text("type").as_deref() == Some("Buffer") => numbers(object.get("data")?)?,
        Some(object) => elements(&object)?,
        None => numbers(json)?,
    };
    Some(bytes.into())
}

fn numbers(json: &RawValue) -> Option<Vec<u8>> {
    Vec::deserialize(&mut serde_json::Deserializer::from_str(json.get())).ok()
}

fn elements(object: &Object<'_>) -> Option<Vec<u8>> {
    let places: Option<Vec<(usize, u8)>> =
        object.iter().map(|(at, byte)| Some((at.parse().ok()?, byte.get().parse().ok()?))).collect();
    let mut places = places?;
    places.sort_unstable();
    places.iter().enumerate().map(|(at, &(place, byte))| (at == place).then_some(byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_read_as_the_cli_and_the_sdks_show_it() {
        for (json, data) in [
            (r#""eyJhIjoxfQ==""#, Some(&b"{\"a\":1}"[..])),
            (r#"" eyJhIjoxfQ==\n""#, Some(b"{\"a\":1}")),
            (r#""""#, Some(b"")),
            (r#"{"type":"Buffer","data":[123,125]}"#, Some(b"{}")),
            (r#"{"0":123,"2":10,"1":125}"#, Some(b"{}\n")),
            ("[123,125]", Some(b"{}")),
            ("{}", Some(b"")),
            (r#""not base64""#, None),
            (r#"{"0":1,"2":1}"#, None),
            (r#"{"0":256}"#, None),
            (r#"{"a":1}"#, None),
            ("1", None),
        ] {
            let read = read(serde_json::from_str(json).unwrap());
            assert_eq!(read.as_deref(), data, "{json}");
        }
    }
}
