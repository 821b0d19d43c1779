//! The two forms in which clients send requests and want their answers.
//!
//! JSON 1.1 is what most SDKs send (<https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html>). The AWS SDK for
//! Java, and what is built on it, sends the same members as CBOR (RFC 8949), where bytes are bytes instead of base64.

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::arn::name_in_arn;

const JSON: &str = "application/x-amz-json-1.1";
const CBOR: &str = "application/x-amz-cbor-1.1";

/// The form of a request, and so of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::kinesis) enum Encoding {
    Json,
    Cbor,
}

impl Encoding {
    /// JSON unless the head says CBOR.
    pub(in crate::kinesis) fn of(headers: &HeaderMap) -> Self {
        let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        if media_type.eq_ignore_ascii_case(CBOR) { Self::Cbor } else { Self::Json }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Json => JSON,
            Self::Cbor => CBOR,
        }
    }

    /// `None` if it is not in this form, or lacks a member.
    pub(in crate::kinesis) fn decode<T: DeserializeOwned>(self, body: &[u8]) -> Option<T> {
        match self {
            Self::Json => serde_json::from_slice(body).ok(),
            Self::Cbor => ciborium::from_reader(body).ok(),
        }
    }

    fn encode(self, value: &impl Serialize) -> Bytes {
        let mut bytes = Vec::new();
        let written = match self {
            Self::Json => serde_json::to_writer(&mut bytes, value).is_ok(),
            Self::Cbor => ciborium::into_writer(value, &mut bytes).is_ok(),
        };
        debug_assert!(written, "into memory, and all keys are text");
        bytes.into()
    }

    /// An answer in this form.
    pub(super) fn answer(self, status: StatusCode, value: &impl Serialize) -> Response {
        (status, [(header::CONTENT_TYPE, self.media_type())], self.encode(value)).into_response()
    }

    /// The body of a request with the name of the stream whose ARN it has, in its place. `None` if it has none.
    pub(in crate::kinesis) fn by_stream_name(self, body: &[u8]) -> Option<Bytes> {
        match self {
            Self::Json => {
                let mut request: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(body).ok()?;
                let arn = request.remove(ARN)?;
                let name = name_in_arn(arn.as_str()?)?.into();
                request.entry(NAME).or_insert(name);
                Some(self.encode(&request))
            }
            Self::Cbor => {
                let request: ciborium::Value = ciborium::from_reader(body).ok()?;
                let mut members = request.into_map().ok()?;
                let is = |member: &'static str| move |(name, _): &(ciborium::Value, _)| name.as_text() == Some(member);
                let (_, arn) = members.remove(members.iter().position(is(ARN))?);
                let name = name_in_arn(arn.as_text()?)?.into();
                if !members.iter().any(is(NAME)) {
                    members.push((NAME.into(), name));
                }
                Some(self.encode(&ciborium::Value::Map(members)))
            }
        }
    }

    /// The body of a PutRecords with only those entries that are to stay; all else is as it was, the bytes of records above
    /// all. `None` if it is no such body.
    pub(super) fn keep_entries(self, body: &[u8], stays: impl Fn(usize) -> bool) -> Option<Bytes> {
        match self {
            Self::Json => {
                let mut request: serde_json::Value = serde_json::from_slice(body).ok()?;
                retain(request.get_mut(RECORDS)?.as_array_mut()?, stays);
                Some(self.encode(&request))
            }
            Self::Cbor => {
                let mut request: ciborium::Value = ciborium::from_reader(body).ok()?;
                let mut members = request.as_map_mut()?.iter_mut();
                let (_, records) = members.find(|(name, _)| name.as_text() == Some(RECORDS))?;
                retain(records.as_array_mut()?, stays);
                Some(self.encode(&request))
            }
        }
    }
}

const RECORDS: &str = "Records";
const NAME: &str = "StreamName";
const ARN: &str = "StreamARN";

fn retain<T>(entries: &mut Vec<T>, stays: impl Fn(usize) -> bool) {
    let mut index = 0..;
    entries.retain(|_| index.next().is_some_and(&stays));
}
