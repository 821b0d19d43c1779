//! What an HTTP request holds, whichever of AWS's front ends passes it on.

use std::borrow::Cow;
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::channel::Channel;

/// What is wrong with an HTTP request, apart from its events.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadHttp {
    #[error("{0} publishes nothing: POST the events, as a JSON array or one JSON object a line")]
    Method(String),
    #[error("the body is empty: POST the events, as a JSON array or one JSON object a line")]
    Empty,
    /// The decoder's own text quotes a byte of the body.
    #[error("the body is not base64")]
    Base64,
    #[error("the body is not UTF-8: {0}")]
    Utf8(#[from] std::string::FromUtf8Error),
    #[error("the body is compressed ({0}), which is not supported: send it as it is, without content-encoding")]
    Compressed(String),
}

/// What stands around the body. Names of headers are in lower case.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) channel: Channel,
    method: Option<String>,
    headers: BTreeMap<String, String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RequestContext {
    elb: Option<IgnoredAny>,
    http: Option<Http>,
}

#[derive(Deserialize)]
struct Http {
    method: Option<String>,
}

impl Head {
    /// A REST API and a load balancer name the method beside the context, and may have headers of several values each, as
    /// `multiple`. Only telemetry looks at headers, so none of them can be wrong.
    pub(super) fn read(
        context: &RawValue,
        method: Option<Cow<'_, str>>,
        single: Option<&RawValue>,
        multiple: Option<&RawValue>,
    ) -> Self {
        let RequestContext { elb, http } = serde_json::from_str(context.get()).unwrap_or_default();
        let of_context = http.and_then(|http| http.method);
        let multi_value_headers = multiple.is_some();
        let channel = if elb.is_some() { Channel::LoadBalancer { multi_value_headers } } else { Channel::Http };
        let text = |value: &RawValue| serde_json::from_str(value.get()).ok();
        // By HTTP, values of one name are one list.
        let texts = |value: &RawValue| serde_json::from_str::<Vec<String>>(value.get()).ok().map(|list| list.join(","));
        let headers = members(single, text).chain(members(multiple, texts)).collect();
        Self { channel, method: of_context.or(method.map(Cow::into_owned)), headers }
    }

    pub(super) fn into_headers(self) -> impl Iterator<Item = (String, String)> {
        self.headers.into_iter()
    }

    /// The text of the events.
    pub(super) fn text<'a>(&self, body: Option<Cow<'a, str>>, is_base64: bool) -> Result<Cow<'a, str>, BadHttp> {
        if let Some(method) = self.method.as_deref().filter(|method| !matches!(*method, "POST" | "PUT" | "PATCH")) {
            return Err(BadHttp::Method(method.to_owned()));
        }
        let body = body.unwrap_or_default();
        let text = if is_base64 {
            let bytes = BASE64.decode(body.as_bytes()).map_err(|_| BadHttp::Base64)?;
            let compression = self.compression(&bytes);
            let text = String::from_utf8(bytes);
            Cow::Owned(text.map_err(|error| compression.map_or_else(|| error.into(), BadHttp::Compressed))?)
        } else {
            body
        };
        if text.trim().is_empty() { Err(BadHttp::Empty) } else { Ok(text) }
    }

    /// How a body that cannot be read is compressed, if it is: by its first bytes, or by what the caller says. A front end
    /// that takes the bytes for text has replaced the second one.
    pub(super) fn compression(&self, body: &[u8]) -> Option<String> {
        match body {
            [0x1f, 0x8b, ..] | [0x1f, 0xef, 0xbf, 0xbd, ..] | [0x1f, 0xc2, 0x8b, ..] => Some("gzip".to_owned()),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("zstd".to_owned()),
            _ => {
                let said = self.headers.get("content-encoding").map(|said| said.trim());
                said.filter(|said| !said.is_empty() && !said.eq_ignore_ascii_case("identity")).map(str::to_owned)
            }
        }
    }
}

/// Those of an object's members that are as `read` expects.
fn members<'a>(
    object: Option<&'a RawValue>,
    read: impl Fn(&RawValue) -> Option<String> + 'a,
) -> impl Iterator<Item = (String, String)> + 'a {
    let members = object.and_then(|object| serde_json::from_str::<BTreeMap<String, &RawValue>>(object.get()).ok());
    let named = move |(name, value): (String, &RawValue)| Some((name.to_ascii_lowercase(), read(value)?));
    members.unwrap_or_default().into_iter().filter_map(named)
}
