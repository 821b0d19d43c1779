//! moto's server, in a process of its own.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType, TimeToLiveSpecification,
};
use serde_json::Value;
use tokio::net::TcpSocket;

pub(crate) const TABLE: &str = "processed";

pub(crate) struct Moto {
    /// It serves until its standard input is closed.
    process: Child,
    endpoint: String,
}

impl Moto {
    /// With the table that the documentation of `DynamoDb` describes.
    pub(crate) async fn start() -> Self {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut command = Command::new(repository.join("target/interop/moto/bin/python"));
        command.arg(repository.join("interop/python/moto_server.py")).env_clear();
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let spawned = command.spawn();
        let mut process = spawned.unwrap_or_else(|error| panic!("{command:?}: {error}; install it with interop/run"));
        let mut ready = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        let ready: Value = serde_json::from_str(&ready).unwrap_or_else(|_| panic!("{command:?} is not ready: {ready}"));
        let moto = Self { process, endpoint: ready["endpoint"].as_str().unwrap().to_owned() };
        create_table(&moto.client()).await;
        moto
    }

    pub(crate) fn client(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&configuration(&self.endpoint))
    }

    pub(crate) fn sqs(&self) -> aws_sdk_sqs::Client {
        aws_sdk_sqs::Client::new(&configuration(&self.endpoint))
    }

    pub(crate) fn s3(&self) -> aws_sdk_s3::Client {
        s3(&self.endpoint)
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Of whatever is at this endpoint, or is not.
pub(crate) fn configuration(endpoint: &str) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
            "interop", "interop", None, None, "interop",
        )))
        .region(Region::new("us-east-1"))
        .retry_config(RetryConfig::disabled())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build()
}

/// The bucket is in the path: there is no name for it at the endpoint.
pub(crate) fn s3(endpoint: &str) -> aws_sdk_s3::Client {
    let configuration = aws_sdk_s3::config::Builder::from(&configuration(endpoint)).force_path_style(true);
    aws_sdk_s3::Client::from_conf(configuration.build())
}

/// An endpoint that refuses connections, as long as the socket is there: nobody else gets its port.
pub(crate) fn dead() -> (TcpSocket, String) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let endpoint = format!("http://{}", socket.local_addr().unwrap());
    (socket, endpoint)
}

async fn create_table(client: &aws_sdk_dynamodb::Client) {
    let id = AttributeDefinition::builder().attribute_name("id").attribute_type(ScalarAttributeType::S);
    let key = KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash);
    let request = client.create_table().table_name(TABLE).billing_mode(BillingMode::PayPerRequest);
    let request = request.attribute_definitions(id.build().unwrap()).key_schema(key.build().unwrap());
    request.send().await.unwrap();
    let expiry = TimeToLiveSpecification::builder().attribute_name("expires_at").enabled(true).build().unwrap();
    client.update_time_to_live().table_name(TABLE).time_to_live_specification(expiry).send().await.unwrap();
}
