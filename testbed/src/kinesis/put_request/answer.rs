//! Answers to puts: read, and made up.

use std::io;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::response::Response;
use kinetrace::SequenceNumber;
use serde::{Deserialize, Serialize};

use super::contents::Contents;
use super::encoding::Encoding;

/// What Kinesis made of a record: where it is, or an error code.
pub(in crate::kinesis) type Fate = Result<(String, SequenceNumber), String>;

/// Why a record, or a whole request, is refused by the testbed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::kinesis) struct Refusal {
    pub(in crate::kinesis) code: &'static str,
    pub(in crate::kinesis) message: String,
}

impl Refusal {
    /// The answer to the whole request. Clients find the code in the body.
    pub(in crate::kinesis) fn answer(&self, encoding: Encoding, status: StatusCode) -> Response {
        #[derive(Serialize)]
        struct Told<'a> {
            #[serde(rename = "__type")]
            code: &'a str,
            message: &'a str,
        }
        encoding.answer(status, &Told { code: self.code, message: &self.message })
    }
}

/// No answer: a body that fails at its beginning makes the server close the connection before anything was sent.
pub(in crate::kinesis) fn reset() -> Response {
    let failing = futures_util::stream::iter([Err::<Bytes, _>(io::Error::from(io::ErrorKind::ConnectionReset))]);
    Response::new(Body::from_stream(failing))
}

/// What an answer says of each record of a put.
pub(super) fn fates(encoding: Encoding, put: &Contents, status: StatusCode, body: &[u8]) -> Vec<Fate> {
    let count = put.entries.len();
    let of_all = |fate: Fate| vec![fate; count];
    if !status.is_success() {
        let code = encoding.decode(body).map(|Refused { code }| code).unwrap_or_default();
        // A code may have a namespace before it.
        let code = code.rsplit('#').next().unwrap_or_default();
        let code = if code.is_empty() { status.as_str() } else { code };
        return of_all(Err(code.to_owned()));
    }
    if !put.is_batch {
        return of_all(encoding.decode(body).map_or_else(|| Err(UNREADABLE.to_owned()), Told::fate));
    }
    let mut fates: Vec<_> = told(encoding, body).into_iter().map(Told::fate).collect();
    fates.resize(count, Err(UNREADABLE.to_owned()));
    fates
}

/// The code of an answer that broke off: whether Kinesis has the records is not known.
pub(super) const BROKEN_OFF: &str = "BrokenOff";

/// The code of an answer that says nothing of a record.
const UNREADABLE: &str = "UnreadableAnswer";

#[derive(Deserialize)]
struct Refused {
    #[serde(rename = "__type")]
    code: String,
}

/// How a PutRecords was answered.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Batch {
    records: Vec<Told>,
}

/// What an answer says about a record.
#[derive(Default, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Told {
    #[serde(skip_serializing_if = "Option::is_none")]
    shard_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
}

impl Told {
    fn fate(self) -> Fate {
        match self {
            Self { shard_id: Some(shard), sequence_number: Some(number), error_code: None, .. } => {
                Ok((shard, number.into()))
            }
            Self { error_code, .. } => Err(error_code.unwrap_or_else(|| UNREADABLE.to_owned())),
        }
    }
}

/// What is said about the records of a PutRecords, in its order.
#[derive(Default)]
pub(super) struct Batched(Vec<Told>);

impl Batched {
    /// Adds what an answer says.
    pub(super) fn answered(&mut self, encoding: Encoding, answer: &[u8]) {
        self.0.append(&mut told(encoding, answer));
    }

    /// Adds this refusal of so many records.
    pub(super) fn refused(&mut self, refusal: &Refusal, count: usize) {
        self.0.extend((0..count).map(|_| Told::from(refusal)));
    }

    /// The whole answer.
    pub(super) fn answer(self, encoding: Encoding) -> Response {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Whole {
            failed_record_count: usize,
            records: Vec<Told>,
        }
        let Self(records) = self;
        let failed_record_count = records.iter().filter(|told| told.error_code.is_some()).count();
        encoding.answer(StatusCode::OK, &Whole { failed_record_count, records })
    }
}

impl From<&Refusal> for Told {
    fn from(Refusal { code, message }: &Refusal) -> Self {
        Self { error_code: Some((*code).to_owned()), error_message: Some(message.clone()), ..Self::default() }
    }
}

/// The answer to a PutRecords of which Kinesis got the entries without a refusal: theirs are taken from its answer, in their order.
pub(super) fn with_refusals(encoding: Encoding, answer: &[u8], refusals: &[Option<Refusal>]) -> Response {
    let mut answered = told(encoding, answer).into_iter();
    let told = refusals.iter().map(|refusal| match refusal {
        Some(refusal) => refusal.into(),
        None => answered.next().unwrap_or_default(),
    });
    Batched(told.collect()).answer(encoding)
}

fn told(encoding: Encoding, answer: &[u8]) -> Vec<Told> {
    encoding.decode(answer).map(|Batch { records }| records).unwrap_or_default()
}
