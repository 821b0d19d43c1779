//! ARNs of streams and functions.

use super::scope::{ACCOUNT, REGION};

pub(super) fn stream(name: &str) -> String {
    format!("arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/{name}")
}

pub(super) fn function(name: &str) -> String {
    format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}")
}

/// What an event source is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// A stream, and whether its consumer of enhanced fan-out is named instead of itself.
    Stream { name: String, is_consumer: bool },
    /// An ARN of another service.
    Other { service: String },
    /// Not an ARN, such as what a value of another stack is here.
    Unknown,
}

/// What the ARN of an event source names.
pub(super) fn source(text: &str) -> Source {
    let mut parts = text.splitn(6, ':');
    let (Some("arn"), Some(_), Some(service)) = (parts.next(), parts.next(), parts.next()) else {
        return Source::Unknown;
    };
    let stream = parts.nth(2).and_then(|resource| resource.strip_prefix("stream/"));
    match stream.filter(|_| service == "kinesis") {
        Some(resource) => {
            let (name, consumer) = resource.split_once('/').map_or((resource, None), |(name, rest)| (name, Some(rest)));
            Source::Stream { name: name.to_owned(), is_consumer: consumer.is_some() }
        }
        None => Source::Other { service: service.to_owned() },
    }
}

/// The name of a function in what `FunctionName` takes: a name, an ARN, or a part of one, each with or without a version.
pub(super) fn function_name(text: &str) -> Option<&str> {
    let name = match text.split_once("function:") {
        Some((_, name)) => name,
        None if text.starts_with("arn:") => return None,
        None => text,
    };
    name.split(':').next().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_source_is_a_stream_or_its_consumer_or_neither() {
        let stream = |name: &str, is_consumer| Source::Stream { name: name.to_owned(), is_consumer };
        let table = [
            ("arn:aws:kinesis:eu-west-1:123456789012:stream/orders", stream("orders", false)),
            ("arn:aws-cn:kinesis:cn-north-1:1:stream/a.b-c_d", stream("a.b-c_d", false)),
            ("arn:aws:kinesis:us-east-1:1:stream/orders/consumer/app:1722222222", stream("orders", true)),
            ("arn:aws:sqs:us-east-1:1:queue", Source::Other { service: "sqs".to_owned() }),
            ("arn:aws:dynamodb:us-east-1:1:table/t/stream/2020", Source::Other { service: "dynamodb".to_owned() }),
            ("shared-OrdersArn", Source::Unknown),
            ("", Source::Unknown),
        ];
        for (text, expected) in table {
            assert_eq!(source(text), expected, "{text}");
        }
    }

    #[test]
    fn a_function_is_found_by_name_arn_and_part_of_an_arn() {
        let table = [
            ("consumer", Some("consumer")),
            ("consumer:live", Some("consumer")),
            ("arn:aws:lambda:us-east-1:1:function:consumer", Some("consumer")),
            ("arn:aws:lambda:us-east-1:1:function:consumer:7", Some("consumer")),
            ("1:function:consumer", Some("consumer")),
            ("arn:aws:sqs:us-east-1:1:q", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(function_name(text), expected, "{text}");
        }
    }
}
