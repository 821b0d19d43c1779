//! What one attempt did to one record.

use kinetrace::SequenceNumber;

/// Where a record is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) shard_id: String,
    pub(crate) sequence_number: SequenceNumber,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Attempt {
    /// Kinesis has it.
    Stored(Stored),
    /// Kinesis does not have it, and may take it later.
    Refused(String),
    /// No answer came: Kinesis may have it. A timeout is not a failure.
    Unknown(String),
    /// Kinesis does not have it, for some record of the request cannot be taken. It does not say which.
    Invalid(String),
    /// Kinesis does not have it, and would take no other record either.
    Impossible(String),
}

impl Attempt {
    /// What dashboards count failed attempts by; `None` if Kinesis has the record.
    pub(crate) fn error_type(&self) -> Option<&'static str> {
        match self {
            Self::Stored(_) => None,
            Self::Refused(_) => Some("refused"),
            Self::Unknown(_) => Some("unknown"),
            Self::Invalid(_) => Some("invalid"),
            Self::Impossible(_) => Some("impossible"),
        }
    }
}

/// Kinesis' refusal of a whole request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Refusal<'a> {
    pub(crate) status: u16,
    pub(crate) code: &'a str,
    pub(crate) message: &'a str,
}

impl Refusal<'_> {
    /// What it means for each record of the request; `text` is what people are told.
    pub(crate) fn attempt(self, text: String) -> Attempt {
        if self.is_throttling() || self.is_of_signature_in_time() {
            Attempt::Refused(text)
        } else if self.status >= 500 || self.status == 408 || self.code.starts_with("InternalFailure") {
            // The fault may have come behind the commit.
            Attempt::Unknown(text)
        } else if self.is_of_content() {
            Attempt::Invalid(text)
        } else {
            Attempt::Impossible(text)
        }
    }

    fn is_throttling(self) -> bool {
        self.status == 429
            || self.code.contains("Throttl")
            || matches!(
                self.code,
                "ProvisionedThroughputExceededException"
                    | "LimitExceededException"
                    | "RequestLimitExceeded"
                    | "SlowDown"
                    | "TooManyRequestsException"
            )
    }

    /// Credentials are renewed, and the SDK learns the service's time from the refusal.
    fn is_of_signature_in_time(self) -> bool {
        match self.code {
            "ExpiredToken"
            | "ExpiredTokenException"
            | "RequestExpired"
            | "RequestInTheFuture"
            | "RequestTimeTooSkewed" => true,
            // The code of a wrong secret, too; only the message tells.
            "InvalidSignatureException" => {
                self.message.starts_with("Signature expired") || self.message.starts_with("Signature not yet current")
            }
            _ => false,
        }
    }

    fn is_of_content(self) -> bool {
        self.status == 413
            || matches!(self.code, "InvalidArgumentException" | "SerializationException" | "ValidationException")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_for_now_for_the_content_or_for_good() {
        let refused: fn(String) -> Attempt = Attempt::Refused;
        let (unknown, invalid, impossible) = (Attempt::Unknown, Attempt::Invalid, Attempt::Impossible);
        let table = [
            (400, "ProvisionedThroughputExceededException", "", refused),
            (400, "KMSThrottlingException", "", refused),
            (400, "ThrottledException", "", refused),
            (429, "", "", refused),
            (503, "SlowDown", "", refused),
            (400, "ExpiredTokenException", "", refused),
            (403, "RequestExpired", "", refused),
            (403, "RequestTimeTooSkewed", "", refused),
            (400, "InvalidSignatureException", "Signature expired: 20250101T000000Z is now earlier than …", refused),
            (400, "InvalidSignatureException", "Signature not yet current: 20250101T000000Z …", refused),
            (500, "InternalFailure", "", unknown),
            (400, "InternalFailureException", "", unknown),
            (503, "ServiceUnavailable", "", unknown),
            (408, "RequestTimeout", "", unknown),
            (400, "ValidationException", "", invalid),
            (400, "InvalidArgumentException", "", invalid),
            (413, "", "", invalid),
            (400, "InvalidSignatureException", "The request signature we calculated does not match …", impossible),
            (400, "AccessDeniedException", "", impossible),
            (400, "ResourceNotFoundException", "", impossible),
            (400, "KMSDisabledException", "", impossible),
            (403, "", "", impossible),
        ];
        for (status, code, message, expected) in table {
            let attempt = Refusal { status, code, message }.attempt("text".to_owned());
            assert_eq!(attempt, expected("text".to_owned()), "{status} {code} {message}");
        }
    }
}
