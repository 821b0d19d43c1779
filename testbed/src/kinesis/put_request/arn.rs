//! The name of a stream in its ARN.

/// `arn:aws:kinesis:us-east-1:123456789012:stream/<name>`
pub(super) fn name_in_arn(arn: &str) -> Option<&str> {
    arn.rsplit_once(":stream/").map(|(_, name)| name)
}
