//! A limit on the answers of DynamoDB, which the SDK reads into memory whatever their size.

use std::mem;

use aws_sdk_dynamodb::config::interceptors::BeforeDeserializationInterceptorContextMut;
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_types::body::SdkBody;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

/// In bytes. An item has 400 KB at most.
const MAX_ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// An interceptor of single operations: an answer beyond the limit is an error, and no more than that of it is read.
#[derive(Debug)]
pub(super) struct AnswerLimit;

#[derive(Debug, thiserror::Error)]
#[error("the answer has more than {MAX_ANSWER_BYTES} bytes; it is hardly DynamoDB that answers at this endpoint")]
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
    use aws_sdk_dynamodb::Client;
    use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
    use aws_smithy_runtime_api::client::http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
    };
    use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};

    use super::*;
    use crate::deduplicate::series::Series;
    use crate::deduplicate::{DynamoDb, ProgressStore as _};

    /// Answers that there is no item, with white space up to this size.
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

    fn store(answers: Answers) -> DynamoDb {
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("us-east-1"))
            .credentials_provider(Credentials::new("id", "secret", None, None, "made up"))
            .http_client(answers)
            .build();
        DynamoDb::new(Client::from_conf(config), "processed", "billing")
    }

    #[tokio::test]
    async fn an_answer_beyond_the_limit_fails_the_read() {
        let series = Series {
            stream: "flights".into(),
            partition_key: "N14228".into(),
            producer: kinetrace::ProducerId::from_bits(1),
        };
        store(Answers(MAX_ANSWER_BYTES)).load(&series).await.unwrap();
        let failure = store(Answers(MAX_ANSWER_BYTES + 1)).load(&series).await.unwrap_err();
        assert!(failure.to_string().contains("more than 4194304 bytes"), "{failure}");
    }
}
