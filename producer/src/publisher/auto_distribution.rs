//! Streams that ignore partition keys, and what a publisher does on one. Pure.

use aws_sdk_kinesis::types::RecordDistributionStrategy;

/// What a publisher does on a stream with service-managed record distribution (`AUTO`), which ignores partition keys:
/// whatever the publisher does, there is no order
/// (<https://docs.aws.amazon.com/streams/latest/dev/service-managed-pk-producing-behavior.html>).
///
/// The stream is asked once, before the first record goes, which waits for the answer no longer than
/// [`attempt_timeout`](crate::PublisherBuilder::attempt_timeout). It takes the permission `kinesis:DescribeStreamSummary`.
/// When no answer can be had, the publisher goes on, and says so in a warning. A strategy that is switched
/// later is not noticed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AutoDistribution {
    /// Nothing is sent: every record comes back with [`DeliveryError::Stopped`](crate::DeliveryError::Stopped).
    Refuse,
    /// Records go, without order; a warning says so.
    #[default]
    Warn,
    /// The stream is not asked: its order does not matter, or is known, or the permission is missing.
    Allow,
}

/// Only on-demand streams name one.
pub(super) type Strategy = Option<RecordDistributionStrategy>;

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Go,
    Warn(String),
    Refuse(String),
}

/// What the stream's answer means to a publisher with this policy.
pub(super) fn verdict(policy: AutoDistribution, stream: &str, answer: Result<Strategy, String>) -> Verdict {
    let strategy = match answer {
        Ok(None | Some(RecordDistributionStrategy::UserPartitionKey)) => return Verdict::Go,
        Ok(Some(strategy)) => strategy,
        Err(cause) => {
            return Verdict::Warn(format!(
                "going on without knowing whether stream {stream} keeps order: DescribeStreamSummary: {cause}; \
                 it takes the permission kinesis:DescribeStreamSummary, and is not asked with AutoDistribution::Allow or \
                 KINETRACE_AUTO_DISTRIBUTION=allow"
            ));
        }
    };
    if strategy != RecordDistributionStrategy::Auto {
        return Verdict::Warn(format!(
            "stream {stream} has the record distribution strategy {strategy}, which is unknown here: see whether it \
             places records by partition key; otherwise they have no order"
        ));
    }
    let fact = format!(
        "stream {stream} ignores partition keys, so records have no order: its record distribution strategy is AUTO"
    );
    match policy {
        AutoDistribution::Refuse => Verdict::Refuse(format!(
            "{fact}; set USER_PARTITION_KEY by UpdateStreamRecordDistributionStrategy, or do without order, by \
             AutoDistribution::Warn or KINETRACE_AUTO_DISTRIBUTION=warn"
        )),
        AutoDistribution::Warn => Verdict::Warn(format!(
            "{fact}; set USER_PARTITION_KEY by UpdateStreamRecordDistributionStrategy; if order does not matter, \
             AutoDistribution::Allow or KINETRACE_AUTO_DISTRIBUTION=allow ends this line"
        )),
        AutoDistribution::Allow => Verdict::Go,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict_on(policy: AutoDistribution, answer: Result<Option<&str>, &str>) -> (&'static str, String) {
        let answer = answer.map(|strategy| strategy.map(RecordDistributionStrategy::from)).map_err(str::to_owned);
        match verdict(policy, "flights", answer) {
            Verdict::Go => ("go", String::new()),
            Verdict::Warn(text) => ("warn", text),
            Verdict::Refuse(text) => ("refuse", text),
        }
    }

    #[test]
    fn only_a_stream_that_is_known_to_ignore_partition_keys_is_refused() {
        use AutoDistribution::{Allow, Refuse, Warn};
        for (answer, [refuse, warn, allow]) in [
            (Ok(None), ["go", "go", "go"]),
            (Ok(Some("USER_PARTITION_KEY")), ["go", "go", "go"]),
            (Ok(Some("AUTO")), ["refuse", "warn", "go"]),
            (Ok(Some("BY_WEIGHT")), ["warn", "warn", "warn"]),
            (Err("AccessDeniedException: not authorized"), ["warn", "warn", "warn"]),
        ] {
            for (policy, expected) in [(Refuse, refuse), (Warn, warn), (Allow, allow)] {
                assert_eq!(verdict_on(policy, answer).0, expected, "{policy:?} {answer:?}");
            }
        }
    }

    #[test]
    fn what_is_said_names_the_stream_the_cause_and_the_way_out() {
        for (policy, answer, words) in [
            (AutoDistribution::Refuse, Ok(Some("AUTO")), &["AUTO", "USER_PARTITION_KEY", "AutoDistribution::Warn"][..]),
            (
                AutoDistribution::Warn,
                Ok(Some("AUTO")),
                &["AUTO", "no order", "USER_PARTITION_KEY", "AutoDistribution::Allow"],
            ),
            (AutoDistribution::Refuse, Ok(Some("BY_WEIGHT")), &["BY_WEIGHT", "no order"]),
            (AutoDistribution::Refuse, Err("out of fuel"), &["out of fuel", "kinesis:DescribeStreamSummary"]),
        ] {
            let (_, text) = verdict_on(policy, answer);
            assert!(text.contains("flights") && words.iter().all(|word| text.contains(word)), "{text}");
            assert!(!text.contains('\n'), "{text}");
        }
    }
}
