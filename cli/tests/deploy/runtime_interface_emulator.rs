//! AWS's Lambda Runtime Interface Emulator, which is also inside Lambda's base images and `sam local invoke`.

use std::path::Path;

use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::process::Command;

use crate::function::Emulator;
use crate::given;
use crate::process_group::{ProcessGroup, free_port};

/// An executable that was built to be deployed, under the emulator. There can be one at a time: the port of its Runtime
/// API is always the same.
#[derive(Debug)]
pub(crate) struct RuntimeInterfaceEmulator {
    process: ProcessGroup,
    url: String,
}

impl RuntimeInterfaceEmulator {
    pub(crate) async fn start(function: &str, variables: &[(&str, &str)]) -> Self {
        let port = free_port().await;
        let bootstrap = Path::new(&given("KINETRACE_BOOTSTRAPS")).join(function).join("bootstrap");
        let mut command = Command::new(given("KINETRACE_RIE"));
        command.arg("--runtime-interface-emulator-address").arg(format!("127.0.0.1:{port}"));
        command.arg(std::path::absolute(bootstrap).unwrap());
        let variables = [variables, &[("AWS_LAMBDA_FUNCTION_NAME", function)]].concat();
        let mut process = ProcessGroup::spawn(&mut command, &variables, &format!("rie-{function}"));
        process.listens(port).await;
        // Not `function`: by this name it is always called.
        let url = format!("http://127.0.0.1:{port}/2015-03-31/functions/function/invocations");
        Self { process, url }
    }
}

impl Emulator for RuntimeInterfaceEmulator {
    async fn invoke(&self, event: &Path) -> Value {
        let client = Client::builder(TokioExecutor::new()).build_http::<String>();
        let body = std::fs::read_to_string(event).unwrap();
        let response = client.request(http::Request::post(&self.url).body(body).unwrap()).await.unwrap();
        let answer = response.into_body().collect().await.unwrap().to_bytes();
        serde_json::from_slice(&answer)
            .unwrap_or_else(|_| panic!("{}: {answer:?}; see {}", event.display(), self.log().display()))
    }

    fn log(&self) -> &Path {
        self.process.log()
    }

    async fn stop(self) {
        self.process.stop().await;
    }
}
