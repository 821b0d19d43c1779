//! From a stream's ARN to its name.

/// The name in `arn:aws:kinesis:<region>:<account>:stream/<name>`, and with enhanced fan-out `…/consumer/<consumer>`
/// after it.
///
/// ```
/// use kinetrace::__private::stream_name;
///
/// assert_eq!(stream_name("arn:aws:kinesis:us-east-2:123456789012:stream/flights"), Some("flights"));
/// ```
pub fn stream_name(arn: &str) -> Option<&str> {
    let (_, resource) = arn.split_once(":stream/")?;
    resource.split('/').next().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_named_alike_with_and_without_enhanced_fan_out() {
        for (arn, name) in [
            ("arn:aws:kinesis:us-east-2:123456789012:stream/flights", Some("flights")),
            ("arn:aws:kinesis:us-east-2:123456789012:stream/flights/consumer/app:1540591608", Some("flights")),
            ("arn:aws-cn:kinesis:cn-north-1:123456789012:stream/f-1_a.b", Some("f-1_a.b")),
            ("arn:aws:kinesis:us-east-2:123456789012:stream/", None),
            ("flights", None),
        ] {
            assert_eq!(stream_name(arn), name, "{arn}");
        }
    }
}
