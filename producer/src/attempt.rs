//! What one attempt did to one record.

use std::sync::Arc;

use kinetrace::SequenceNumber;

/// Where a record is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) shard_id: String,
    pub(crate) sequence_number: SequenceNumber,
}

/// The causes are shared: a request has up to 500 records, and all of them may fail for the same one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// Kinesis has it.
    Stored(Stored),
    /// Kinesis does not have it: it was throttled, and may be taken later.
    Refused(Arc<str>),
    /// Kinesis does not have it, and takes nothing from this publisher at present: credentials, access, the stream's
    /// KMS key or its state are in the way. Most of these settle within seconds.
    Denied(Arc<str>),
    /// It did not leave this machine: there was no connection, or no credentials to sign it with.
    Unsent(Arc<str>),
    /// No answer came: Kinesis may have it. A timeout is not a failure.
    Unknown(Arc<str>),
    /// Kinesis does not have it because some record of the request cannot be taken. It does not say which.
    Invalid(Arc<str>),
}

impl Attempt {
    /// What dashboards count failed attempts by; `None` if Kinesis has the record.
    pub(crate) fn error_type(&self) -> Option<&'static str> {
        match self {
            Self::Stored(_) => None,
            Self::Refused(_) => Some("refused"),
            Self::Denied(_) => Some("denied"),
            Self::Unsent(_) => Some("unsent"),
            Self::Unknown(_) => Some("unknown"),
            Self::Invalid(_) => Some("invalid"),
        }
    }
}

/// The refusal of a whole request, by Kinesis or by something on the way there, such as a proxy.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refusal<'a> {
    pub(crate) status: u16,
    /// Empty where the answer names none, as those of proxies do not.
    pub(crate) code: &'a str,
}

impl Refusal<'_> {
    /// What it means for each record of the request; `cause` is what people are told.
    pub(crate) fn attempt(self, cause: Arc<str>) -> Attempt {
        if is_throttling(self.code) || self.status == 429 {
            Attempt::Refused(cause)
        } else if is_fault(self.code) || !matches!(self.status, 300..=407 | 409..=498) {
            // The answer may have come after the commit: a fault of the service or of a gateway, a timeout
            // (408, and 499 of nginx), or a success that cannot be read.
            Attempt::Unknown(cause)
        } else if is_of_content(self.code) || self.status == 413 {
            Attempt::Invalid(cause)
        } else {
            // Not a list of codes: whatever else is refused may be taken once its cause is mended.
            Attempt::Denied(cause)
        }
    }
}

/// What the code of one entry means, when Kinesis took others of its request. Two codes are documented, throttling and
/// `InternalFailure`, which may have come after the commit
/// (<https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecordsResultEntry.html>). Others count as unknown.
pub(crate) fn of_entry(code: &str, cause: Arc<str>) -> Attempt {
    if is_throttling(code) { Attempt::Refused(cause) } else { Attempt::Unknown(cause) }
}

fn is_throttling(code: &str) -> bool {
    code.contains("Throttl")
        || matches!(
            code,
            "ProvisionedThroughputExceededException"
                | "LimitExceededException"
                | "RequestLimitExceeded"
                | "SlowDown"
                | "TooManyRequestsException"
        )
}

fn is_fault(code: &str) -> bool {
    ["Internal", "ServiceUnavailable", "RequestTimeout"].iter().any(|fault| code.starts_with(fault))
}

fn is_of_content(code: &str) -> bool {
    matches!(
        code,
        "InvalidArgumentException"
            | "InvalidParameterCombination"
            | "InvalidParameterValue"
            | "MissingParameter"
            | "SerializationException"
            | "ValidationError"
            | "ValidationException"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_of_the_rate_of_the_content_or_of_the_publisher_and_certain_where_nothing_can_be_stored() {
        let (refused, denied): (fn(_) -> _, fn(_) -> _) = (Attempt::Refused, Attempt::Denied);
        let (unknown, invalid): (fn(_) -> _, fn(_) -> _) = (Attempt::Unknown, Attempt::Invalid);
        let table = [
            (400, "ProvisionedThroughputExceededException", refused),
            (400, "KMSThrottlingException", refused),
            (400, "ThrottledException", refused),
            (429, "", refused),
            (503, "SlowDown", refused),
            (500, "InternalFailure", unknown),
            (400, "InternalFailureException", unknown),
            (400, "InternalServerError", unknown),
            (503, "ServiceUnavailable", unknown),
            (502, "", unknown),
            (504, "", unknown),
            (408, "", unknown),
            (408, "RequestTimeout", unknown),
            (400, "RequestTimeout", unknown),
            (499, "", unknown),
            (200, "", unknown),
            (400, "ValidationException", invalid),
            (400, "InvalidArgumentException", invalid),
            (400, "SerializationException", invalid),
            (413, "", invalid),
            (413, "RequestEntityTooLarge", invalid),
            (400, "ExpiredTokenException", denied),
            (403, "RequestExpired", denied),
            (403, "RequestTimeTooSkewed", denied),
            (400, "InvalidSignatureException", denied),
            (400, "IncompleteSignature", denied),
            (400, "UnrecognizedClientException", denied),
            (400, "InvalidClientTokenId", denied),
            (400, "AccessDeniedException", denied),
            (400, "ResourceNotFoundException", denied),
            (400, "ResourceInUseException", denied),
            (400, "KMSAccessDeniedException", denied),
            (400, "KMSDisabledException", denied),
            (400, "KMSInvalidStateException", denied),
            (400, "KMSNotFoundException", denied),
            (400, "KMSOptInRequired", denied),
            (400, "a code that is not known yet", denied),
            (403, "", denied),
            (404, "", denied),
            (407, "", denied),
            (302, "", denied),
        ];
        for (status, code, expected) in table {
            let attempt = Refusal { status, code }.attempt("cause".into());
            assert_eq!(attempt, expected("cause".into()), "{status} {code}");
        }
    }

    #[test]
    fn only_a_throttled_entry_is_surely_not_in_the_stream() {
        let cause = || Arc::from("cause");
        for code in ["ProvisionedThroughputExceededException", "KMSThrottlingException"] {
            assert_eq!(of_entry(code, cause()), Attempt::Refused(cause()), "{code}");
        }
        for code in ["InternalFailure", "ValidationException", "no error code"] {
            assert_eq!(of_entry(code, cause()), Attempt::Unknown(cause()), "{code}");
        }
    }
}
