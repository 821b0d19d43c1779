//! What in a configuration breaks the order of records, before the first of them is sent.

use std::fmt;

use ::rdkafka::ClientConfig;
use ::rdkafka::config::NativeClientConfig;
use ::rdkafka::error::KafkaError;

const IDEMPOTENCE: &str = "enable.idempotence";
const TRANSACTIONAL_ID: &str = "transactional.id";
const PARTITIONER: &str = "partitioner";

/// librdkafka's, where nothing is set.
const DEFAULT_PARTITIONER: &str = "consistent_random";

/// A producer with this configuration may write records of a key in another order than they were sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OrderError {
    /// librdkafka's own default.
    #[error(
        "enable.idempotence is off, so a record that a broker refuses once is written after records that were sent later, \
         even with max.in.flight=1: set enable.idempotence to true"
    )]
    NotIdempotent,
    /// librdkafka does not take the configuration. The source says which of it.
    #[error("the configuration cannot be read")]
    Unreadable(#[from] KafkaError),
}

/// Something that breaks order where other programs, or other settings, are involved.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OrderWarning {
    /// Keys go to other partitions than with the clients of other languages: Java's, kafkajs from 2.0, krafka.
    Partitioner {
        /// What is set, or librdkafka's default.
        partitioner: String,
    },
}

impl fmt::Display for OrderWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Partitioner { partitioner } => write!(
                f,
                "partitioner={partitioner} sends keys to other partitions than clients in Java do: where several programs write \
                 to a topic, or this one replaces another, a key is then in two partitions, and its records have no order. Set \
                 partitioner to murmur2_random, unless every producer of the topic has {partitioner}"
            ),
        }
    }
}

/// Whether a producer with this configuration keeps the records of a key in the order in which they are sent.
///
/// A warning is to be read once, at the start: what is right depends on what else writes to the topic.
///
/// It says nothing of what no configuration shows: several tasks that send records of one key, a record that was given up
/// (`message.timeout.ms`) and is sent once more after later ones, and a topic that gets more partitions.
///
/// # Errors
///
/// Idempotence is off, which is librdkafka's default; or the configuration cannot be read.
///
/// ```
/// use kinetrace_kafka::{OrderError, check_order};
/// use rdkafka::ClientConfig;
///
/// let mut config = ClientConfig::new();
/// config.set("bootstrap.servers", "kafka:9092");
/// assert!(matches!(check_order(&config), Err(OrderError::NotIdempotent)));
///
/// config.set("enable.idempotence", "true");
/// for warning in check_order(&config)? {
///     eprintln!("{warning}"); // partitioner=consistent_random sends keys to other partitions …
/// }
/// config.set("partitioner", "murmur2_random");
/// assert!(check_order(&config)?.is_empty());
/// # Ok::<(), OrderError>(())
/// ```
pub fn check_order(config: &ClientConfig) -> Result<Vec<OrderWarning>, OrderError> {
    // As librdkafka understands it: it has several names and several ways to write for some of this.
    let native = config.create_native_config()?;
    if !is_idempotent(config, &native)? {
        return Err(OrderError::NotIdempotent);
    }
    Ok(partitioner(config).into_iter().collect())
}

/// A transactional producer is idempotent without being told to. If it is told not to be, it is not created.
fn is_idempotent(config: &ClientConfig, native: &NativeClientConfig) -> Result<bool, KafkaError> {
    let is_transactional = config.get(TRANSACTIONAL_ID).is_some_and(|id| !id.is_empty());
    Ok(native.get(IDEMPOTENCE)? == "true" || is_transactional && config.get(IDEMPOTENCE).is_none())
}

/// `murmur2` and `murmur2_random` differ for records without a key only, which have no order anyway.
fn partitioner(config: &ClientConfig) -> Option<OrderWarning> {
    let partitioner = config.get(PARTITIONER).unwrap_or(DEFAULT_PARTITIONER);
    let is_as_in_java = ["murmur2", "murmur2_random"].contains(&partitioner);
    (!is_as_in_java).then(|| OrderWarning::Partitioner { partitioner: partitioner.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(settings: &[(&str, &str)]) -> Result<Vec<OrderWarning>, OrderError> {
        let pairs = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        check_order(&pairs.collect())
    }

    #[test]
    fn a_producer_that_is_not_idempotent_is_an_error_however_that_is_written() {
        for settings in [
            &[][..],
            &[("enable.idempotence", "false")],
            &[("enable.idempotence", "0")],
            &[("max.in.flight", "1")],
            &[("max.in.flight.requests.per.connection", "1"), ("partitioner", "murmur2_random")],
            &[("acks", "all"), ("transactional.id", "")],
        ] {
            let error = check(settings).unwrap_err();
            assert!(matches!(error, OrderError::NotIdempotent), "{settings:?}: {error}");
            assert!(error.to_string().contains("set enable.idempotence to true"), "{error}");
        }
    }

    #[test]
    fn an_idempotent_producer_with_javas_partitioner_gets_no_warning() {
        for settings in [
            [("enable.idempotence", "true"), ("partitioner", "murmur2_random")],
            [("enable.idempotence", "T"), ("partitioner", "murmur2")],
            [("enable.idempotence", "1"), ("partitioner", "murmur2_random")],
            [("transactional.id", "flights"), ("partitioner", "murmur2_random")],
        ] {
            assert_eq!(check(&settings).unwrap(), [], "{settings:?}");
        }
    }

    #[test]
    fn a_partitioner_that_moves_keys_is_warned_of_by_its_name() {
        for (partitioner, named) in [
            (None, "consistent_random"),
            (Some("consistent_random"), "consistent_random"),
            (Some("consistent"), "consistent"),
            (Some("random"), "random"),
            (Some("fnv1a"), "fnv1a"),
            (Some("fnv1a_random"), "fnv1a_random"),
        ] {
            let mut settings = vec![("enable.idempotence", "true")];
            settings.extend(partitioner.map(|partitioner| ("partitioner", partitioner)));
            let warnings = check(&settings).unwrap();
            assert_eq!(warnings, [OrderWarning::Partitioner { partitioner: named.to_owned() }]);
            let text = warnings[0].to_string();
            assert!(text.contains(&format!("partitioner={named} ")) && text.contains("murmur2_random"), "{text}");
        }
    }

    #[test]
    fn what_librdkafka_does_not_take_is_said_in_its_words() {
        let error = check(&[("enable.idempotence", "yes")]).unwrap_err();
        assert!(matches!(error, OrderError::Unreadable(_)), "{error}");
        assert_eq!(error.to_string(), "the configuration cannot be read", "a chain says once why");
        let source = std::error::Error::source(&error).unwrap().to_string();
        assert!(source.contains("enable.idempotence"), "{source}");
    }
}
