//! What an answer says about a signed request, and the way out. Pure.

use http::{HeaderMap, StatusCode};

use super::super::super::settings::Signing;
use super::super::answer::Refused;

/// What is wrong with a request that was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Its time, or another part of it.
    Signature,
    /// Its credentials are no longer valid.
    Expired,
    /// Nobody knows its credentials.
    Unknown,
    /// They do not permit it.
    Denied,
    /// Spans go to X-Ray itself in this account.
    Destination,
}

/// By the names of AWS's errors, and by what they say: a name stands in a header, in the body, or nowhere.
const FAULTS: [(&str, Fault); 15] = [
    ("ExpiredToken", Fault::Expired),
    ("security token included in the request is expired", Fault::Expired),
    ("RequestTimeTooSkewed", Fault::Signature),
    ("RequestExpired", Fault::Signature),
    ("InvalidSignature", Fault::Signature),
    ("SignatureDoesNotMatch", Fault::Signature),
    ("Signature expired", Fault::Signature),
    ("Signature not yet current", Fault::Signature),
    ("signature we calculated does not match", Fault::Signature),
    ("UnrecognizedClient", Fault::Unknown),
    ("InvalidClientTokenId", Fault::Unknown),
    ("security token included in the request is invalid", Fault::Unknown),
    ("AccessDenied", Fault::Denied),
    ("is not authorized to perform", Fault::Denied),
    ("Trace Segment Destination", Fault::Destination),
];

pub(super) fn fault(refused: &Refused, headers: &HeaderMap) -> Option<Fault> {
    let named = headers.get("x-amzn-errortype").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let may_say_so = matches!(refused.status.as_u16(), 400 | 401 | 403);
    let says = |mark: &str| named.contains(mark) || refused.text.contains(mark);
    FAULTS.iter().find(|(mark, _)| may_say_so && says(mark)).map(|(_, fault)| *fault)
}

/// From a refusal of a request that was signed, if it is about that.
pub(in super::super) fn way_out(refused: &Refused, signing: &Signing) -> Option<String> {
    let action = action(signing);
    let text = match fault(refused, &HeaderMap::new()) {
        Some(Fault::Denied) => format!("the role of this process must allow {action}"),
        Some(Fault::Expired) => "the credentials of this process have expired, and there are no others".to_owned(),
        Some(Fault::Unknown) => {
            "AWS does not know the credentials of this process: are they of this partition, and still valid?".to_owned()
        }
        Some(Fault::Signature) => format!(
            "it was signed for {signing}: look at this machine's clock and at the credentials, and whether a proxy changes requests"
        ),
        Some(Fault::Destination) => "turn on Transaction Search in CloudWatch for this account and region".to_owned(),
        None if matches!(refused.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => format!(
            "it was signed for {signing}: the role of this process must allow {action}, its credentials must be valid, and the \
             clock right"
        ),
        None => return None,
    };
    Some(text)
}

/// Which action a role has to allow.
fn action(signing: &Signing) -> String {
    match signing.service.as_str() {
        "xray" => "xray:PutTraceSegments, xray:PutSpans and xray:PutSpansForIndexing".to_owned(),
        "monitoring" => "cloudwatch:PutMetricData".to_owned(),
        "logs" => "logs:PutLogEvents".to_owned(),
        service => format!("what {service} calls it"),
    }
}

#[cfg(test)]
mod tests;
