//! Letters in a queue of Amazon SQS.

use std::time::SystemTime;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{BuildError, ProvideErrorMetadata as _, SdkError};
use aws_sdk_sqs::operation::send_message::SendMessageError;
use aws_sdk_sqs::operation::send_message::builders::SendMessageFluentBuilder;
use aws_sdk_sqs::types::MessageAttributeValue;

use super::dead_letter::DeadLetter;
use super::dead_letter_queue::DeadLetterQueue;
use super::message::{MAX_BYTES, Message, Place, TEXT};
use crate::answer_limit::AnswerLimit;
use crate::failure::Failure;

/// A [`DeadLetterQueue`] that is a queue of Amazon SQS, FIFO or not.
///
/// The body of a message is the [document](DeadLetter::to_json). Its attributes `traceparent` and `tracestate`, if
/// there is a trace, let the queue's reader continue it. The function needs `sqs:SendMessage` on the queue.
///
/// In a FIFO queue, one whose name ends with `.fifo`, the letters of a partition key are in order: it is the message group, or,
/// if it is longer than 128 characters or has others than SQS allows, its SHA-256; without a key, the shard
/// or the partition is. The deduplication id is a SHA-256 of function, stream, shard, sequence number and place in an aggregate; of
/// Kafka, of function, cluster, topic, partition, offset and timestamp. So within SQS' five
/// minutes a letter that is written again is not delivered again.
///
/// **A letter that is too large is an error**, and its record is not skipped: it comes again, and what comes after it waits. A
/// message has 1 MiB at most, or what the queue's `MaximumMessageSize` says, and a letter has the record twice: as the payload and,
/// a third longer in base64, as the stream has it. So records of up to 380 KB fit, unless their text needs many escapes. Where
/// records may be larger, keep them in `dead_letters::S3`, all of them or, as the example
/// `dead_letter_queue` does, those that do not fit.
///
/// How soon a queue that hangs is given up is up to the client's time-outs, of which the SDK has none by default but for
/// connecting: set one that leaves time for attempts before the function's own.
///
/// ```no_run
/// use kinetrace_consumer::dead_letters::{DeadLetters, Sqs};
///
/// # use kinetrace_consumer::{Error, Failure, Record};
/// # async fn handle(record: Record) -> Result<(), Failure> { Ok(()) }
/// # async fn example(client: aws_sdk_sqs::Client) -> Result<(), Error> {
/// let queue = Sqs::new(client, "https://sqs.us-east-1.amazonaws.com/123456789012/departures-dead.fifo");
/// kinetrace_consumer::run(DeadLetters::new(handle, queue)).await
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Sqs {
    client: Client,
    queue_url: String,
}

impl Sqs {
    /// The queue at this URL, which is one of the client's region.
    pub fn new(client: Client, queue_url: impl Into<String>) -> Self {
        Self { client, queue_url: queue_url.into() }
    }

    fn request(&self, message: Message) -> Result<SendMessageFluentBuilder, BuildError> {
        let Message { body, attributes, place } = message;
        let mut request = self.client.send_message().queue_url(&self.queue_url).message_body(body);
        for (name, value) in attributes {
            let value = MessageAttributeValue::builder().data_type(TEXT).string_value(value).build()?;
            request = request.message_attributes(name, value);
        }
        Ok(match place {
            None => request,
            Some(Place { group_id, deduplication_id }) => {
                request.message_group_id(group_id).message_deduplication_id(deduplication_id)
            }
        })
    }
}

impl DeadLetterQueue for Sqs {
    async fn send(&self, letter: DeadLetter) -> Result<(), Failure> {
        let message = Message::of(&letter, &self.queue_url, SystemTime::now())?;
        let bytes = message.bytes();
        if bytes > MAX_BYTES {
            return Err(Error::TooLarge { bytes }.into());
        }
        let sent = self.request(message)?.customize().interceptor(AnswerLimit).send().await;
        sent.map(|_| ()).map_err(|source| Error::of(&self.queue_url, bytes, source).into())
    }
}

#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(
        "its letter has {bytes} bytes, and a message of SQS at most {MAX_BYTES}; `dead_letters::S3` has room for every record"
    )]
    TooLarge { bytes: usize },
    #[error(
        "SQS's queue {queue_url:?} refuses its letter, which has {bytes} bytes; if that is more than its MaximumMessageSize, \
         raise it, or use `dead_letters::S3`"
    )]
    Refused { queue_url: String, bytes: usize, source: Box<SdkError<SendMessageError>> },
    #[error("cannot send its letter to SQS's queue {queue_url:?}")]
    Send { queue_url: String, source: Box<SdkError<SendMessageError>> },
}

impl Error {
    fn of(queue_url: &str, bytes: usize, source: SdkError<SendMessageError>) -> Self {
        let (queue_url, source) = (queue_url.to_owned(), Box::new(source));
        // What is wrong with a parameter is in the text only, which is not an interface.
        if source.as_service_error().and_then(|error| error.code()) == Some("InvalidParameterValue") {
            return Self::Refused { queue_url, bytes, source };
        }
        Self::Send { queue_url, source }
    }
}
