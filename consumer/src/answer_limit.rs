//! A limit on the answers of AWS, which the SDK reads into memory whatever their size.

use std::mem;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

/// In bytes. An item of DynamoDB has 400 KB at most, and what SQS and S3 say of a letter has less.
const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// An interceptor of single operations: an answer beyond the limit is an error, and no more than that of it is read.
#[derive(Debug)]
pub(crate) struct AnswerLimit;

#[derive(Debug, thiserror::Error)]
#[error("the answer has more than {MAX_ANSWER_BYTES} bytes; it is hardly AWS that answers at this endpoint")]
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
#[cfg(all(feature = "dynamodb", feature = "s3", feature = "sqs"))]
mod tests {
    use aws_config::{BehaviorVersion, Region, SdkConfig};
    use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
    use aws_smithy_runtime_api::client::http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
    };
    use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};

    use super::*;
    use crate::dead_letters::samples::letter;
    use crate::dead_letters::{DeadLetterQueue as _, S3, Sqs};
    use crate::deduplicate::{DynamoDb, ProgressStore as _, Series};
    use crate::failure::Failure;

    /// Answers with an empty object, and with white space up to this size.
    #[derive(Debug, Clone, Copy)]
    struct Answers(usize);

    impl HttpConnector for Answers {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            let mut body = b"{}".to_vec();
            body.resize(self.0, b' ');
            HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().unwrap(), body.into())))
        }
    }

    impl HttpClient for Answers {
        fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
            SharedHttpConnector::new(*self)
        }
    }

    fn config(answers: Answers) -> SdkConfig {
        let credentials = Credentials::new("id", "secret", None, None, "made up");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(answers)
            .build()
    }

    async fn read(config: &SdkConfig) -> Result<(), Failure> {
        let series = Series::Producer {
            stream: "flights".into(),
            partition_key: "N14228".into(),
            producer: kinetrace::ProducerId::from_bits(1),
        };
        DynamoDb::new(aws_sdk_dynamodb::Client::new(config), "processed", "billing").load(&series).await.map(|_| ())
    }

    async fn send(config: &SdkConfig) -> Result<(), Failure> {
        Sqs::new(aws_sdk_sqs::Client::new(config), "https://sqs.example/1/dead").send(letter("x")).await
    }

    async fn put(config: &SdkConfig) -> Result<(), Failure> {
        S3::new(aws_sdk_s3::Client::new(config), "dead").send(letter("x")).await
    }

    #[tokio::test]
    async fn an_answer_over_the_limit_is_an_error_for_every_service() {
        let whole = config(Answers(MAX_ANSWER_BYTES));
        for answer in [read(&whole).await, send(&whole).await, put(&whole).await] {
            answer.unwrap();
        }
        let beyond = config(Answers(MAX_ANSWER_BYTES + 1));
        for answer in [read(&beyond).await, send(&beyond).await, put(&beyond).await] {
            let failure = answer.unwrap_err().to_string();
            assert!(failure.contains("more than 4194304 bytes"), "{failure}");
        }
    }
}
