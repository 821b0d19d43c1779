//! A limit on the answers of Kinesis, which the SDK reads into memory whatever their size.

use std::mem;

use aws_sdk_kinesis::config::interceptors::BeforeDeserializationInterceptorContextMut;
use aws_sdk_kinesis::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_kinesis::error::BoxError;
use aws_smithy_types::body::SdkBody;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

/// In bytes. Five hundred entries that all failed, each with its message, have a few hundred thousand.
pub(crate) const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// An interceptor of single operations: an answer beyond the limit is an error, and no more than that of it is read.
///
/// It does not concern the client's owner, who may have other operations with larger answers.
#[derive(Debug)]
pub(crate) struct AnswerLimit;

#[derive(Debug, thiserror::Error)]
#[error("the answer has more than {MAX_ANSWER_BYTES} bytes; it is hardly Kinesis that answers at this endpoint")]
struct TooLarge;

impl Intercept for AnswerLimit {
    fn name(&self) -> &'static str {
        "AnswerLimit"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response_mut().body_mut();
        let whole = mem::replace(body, SdkBody::taken());
        *body = SdkBody::from_body_1_x(Limited::new(whole, MAX_ANSWER_BYTES).map_err(told));
        Ok(())
    }
}

fn told(error: BoxError) -> BoxError {
    if error.is::<LengthLimitError>() { TooLarge.into() } else { error }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::time::Duration;

    use aws_sdk_kinesis::Client;
    use aws_sdk_kinesis::config::http::{HttpRequest, HttpResponse};
    use aws_sdk_kinesis::config::{BehaviorVersion, Credentials, Region};
    use aws_smithy_runtime_api::client::http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
    };
    use kinetrace::Record;

    use super::*;
    use crate::attempt::Attempt;
    use crate::put::put;

    /// Answers with this status, and with white space up to this size.
    #[derive(Debug, Clone, Copy)]
    struct Answers(u16, usize);

    impl HttpConnector for Answers {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            let mut body = br#"{"FailedRecordCount":0,"Records":[{"ShardId":"shard","SequenceNumber":"1"}]}"#.to_vec();
            body.resize(self.1, b' ');
            HttpConnectorFuture::ready(Ok(HttpResponse::new(self.0.try_into().unwrap(), body.into())))
        }
    }

    impl HttpClient for Answers {
        fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
            SharedHttpConnector::new(*self)
        }
    }

    async fn attempt(answers: Answers) -> Attempt {
        let config = aws_sdk_kinesis::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(Credentials::new("id", "secret", None, None, "made up"))
            .http_client(answers)
            .build();
        let record = Record::new("a", "0");
        let client = Client::from_conf(config);
        put(&client, "flights", vec![Cow::Borrowed(&record)], Duration::from_secs(60), std::future::pending())
            .await
            .remove(0)
    }

    #[tokio::test]
    async fn an_answer_up_to_the_limit_is_read_and_a_larger_one_counts_by_its_status() {
        let whole = attempt(Answers(200, MAX_ANSWER_BYTES)).await;
        assert!(matches!(whole, Attempt::Stored(_)), "{whole:?}");
        for status in [200, 400, 500] {
            let attempt = attempt(Answers(status, MAX_ANSWER_BYTES + 1)).await;
            let is_as_its_status_says = match status {
                400 => matches!(attempt, Attempt::Denied(_)),
                _ => matches!(attempt, Attempt::Unknown(_)),
            };
            assert!(is_as_its_status_says, "{status}: {attempt:?}");
            assert!(format!("{attempt:?}").contains("more than 4194304 bytes"), "{attempt:?}");
        }
    }
}
