//! What Lambda is told, as a test asks for it.

use kinetrace_consumer::{kafka, kinesis};

use crate::spans::panic_of;

/// Of either transport.
pub(crate) enum Answer {
    /// With the sequence numbers of the event's records.
    Kinesis(Result<kinesis::BatchResponse, kinesis::BatchError>, Vec<String>),
    Kafka(Result<kafka::BatchResponse, kafka::BatchError>),
}

impl Answer {
    #[track_caller]
    pub(crate) fn kinesis(&self) -> (&Result<kinesis::BatchResponse, kinesis::BatchError>, &[String]) {
        match self {
            Self::Kinesis(answer, sequence_numbers) => (answer, sequence_numbers),
            Self::Kafka(_) => panic_of(&format_args!("the event was of Kafka: see `kafka_answer` and `unfinished`")),
        }
    }

    #[track_caller]
    pub(crate) fn kafka(&self) -> &Result<kafka::BatchResponse, kafka::BatchError> {
        match self {
            Self::Kafka(answer) => answer,
            Self::Kinesis(..) => panic_of(&format_args!("the event was of Kinesis: see `answer` and `stopped_at`")),
        }
    }

    /// The first record of each partition that is not done.
    #[track_caller]
    pub(crate) fn unfinished(&self) -> Vec<(&str, i64)> {
        match self.kafka() {
            Ok(response) => {
                let mut items: Vec<_> = response.items().collect();
                items.dedup_by_key(|(partition, _)| *partition);
                items
            }
            Err(kafka::BatchError::Unfinished(ends)) => {
                let mut unfinished = Vec::with_capacity(ends.len());
                // A closure would have the panic name this place, and not the test's.
                for end in ends {
                    let Some(offset) = end.offset else {
                        panic_of(&format_args!("the first record that is not done has no readable offset: {end}"));
                    };
                    unfinished.push((&*end.partition_name, offset));
                }
                unfinished
            }
            Err(error) => panic_of(&format_args!("the batch failed as a whole: {error}")),
        }
    }

    /// For a person.
    pub(crate) fn text(&self) -> Result<String, String> {
        match self {
            Self::Kinesis(Ok(response), _) => Ok(format!("{response:?}")),
            Self::Kafka(Ok(response)) => Ok(format!("{response:?}")),
            Self::Kinesis(Err(error), _) => Err(error.to_string()),
            Self::Kafka(Err(error)) => Err(error.to_string()),
        }
    }
}
