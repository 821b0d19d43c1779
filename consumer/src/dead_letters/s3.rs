//! Letters in a bucket of Amazon S3.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::operation::put_object::PutObjectError;

use super::dead_letter::DeadLetter;
use super::dead_letter_queue::DeadLetterQueue;
use super::object_key::object_key;
use crate::answer_limit::AnswerLimit;
use crate::failure::Failure;

/// A [`DeadLetterQueue`] that is a bucket of Amazon S3: an object for each letter, which has room for every record.
///
/// The object is the [document](DeadLetter::to_json). Its key is
///
/// ```text
/// [<prefix>/]<function>/<stream>/<shard>/<yyyy>/<mm>/<dd>/<sequence number>[-<place in the aggregate>].json
/// ```
///
/// with the day on which Kinesis took the record; of Kafka with topic, partition, the day of the record's timestamp, and the offset
/// in 19 digits; outside of Lambda without the function, and without a day where that is not
/// known. A letter that is written again has the same key, and takes the place of the one before. The function needs
/// `s3:PutObject` on the objects.
///
/// Functions of one name, in other accounts or regions, that read streams of one name need prefixes or buckets of their own; and so
/// do functions that read topics of one name in several clusters.
///
/// How soon a bucket that hangs is given up is up to the client's time-outs, of which the SDK has none by default but for
/// connecting: set one that leaves time for attempts before the function's own.
///
/// ```no_run
/// use kinetrace_consumer::dead_letters::{DeadLetters, S3};
///
/// # use kinetrace_consumer::{Error, Failure, Record};
/// # async fn handle(record: Record) -> Result<(), Failure> { Ok(()) }
/// # async fn example(client: aws_sdk_s3::Client) -> Result<(), Error> {
/// let bucket = S3::new(client, "departures-dead").prefix("letters");
/// kinetrace_consumer::run(DeadLetters::new(handle, bucket)).await
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct S3 {
    client: Client,
    bucket: String,
    prefix: String,
}

impl S3 {
    /// The bucket of this name.
    pub fn new(client: Client, bucket: impl Into<String>) -> Self {
        Self { client, bucket: bucket.into(), prefix: String::new() }
    }

    /// Under this prefix, with or without a slash at its end; none by default.
    #[must_use]
    pub fn prefix(self, prefix: impl Into<String>) -> Self {
        Self { prefix: prefix.into(), ..self }
    }
}

impl DeadLetterQueue for S3 {
    async fn send(&self, letter: DeadLetter) -> Result<(), Failure> {
        let key = object_key(&self.prefix, &letter);
        let document = letter.to_json()?.into_bytes();
        let request = self.client.put_object().bucket(&self.bucket).key(&key).content_type("application/json");
        let put = request.body(document.into()).customize().interceptor(AnswerLimit).send().await;
        match put {
            Ok(_) => Ok(()),
            Err(source) => Err(Error { bucket: self.bucket.clone(), key, source: Box::new(source) }.into()),
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("cannot put its letter into S3's bucket {bucket:?} as {key:?}")]
struct Error {
    bucket: String,
    key: String,
    source: Box<SdkError<PutObjectError>>,
}
