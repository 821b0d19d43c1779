//! Why a member of a consumer group ends.

use std::io;

use ::rdkafka::error::KafkaError;

/// A [`GroupConsumer`](crate::GroupConsumer) cannot begin, or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GroupError {
    /// librdkafka does not take the configuration or the topics, or ends with an error that is fatal. Its source says which.
    #[error("the consumer of the group cannot run")]
    Kafka(#[from] KafkaError),
    /// There is no thread to poll, or no Tokio runtime to run handlers on.
    #[error("the consumer of the group cannot start")]
    Start(#[from] io::Error),
    /// The thread that polls has panicked, or the worker of a partition.
    #[error("the thread that polls, or the worker of a partition, has ended: the panic hook has its reason")]
    Ended,
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn a_chain_of_errors_says_each_cause_once() {
        let unknown = KafkaError::Subscription("no such setting".to_owned());
        for error in [GroupError::from(unknown), GroupError::from(io::Error::other("no such setting"))] {
            assert!(!error.to_string().contains("no such setting"), "{error}");
            assert!(error.source().unwrap().to_string().contains("no such setting"), "{error:?}");
        }
    }
}
