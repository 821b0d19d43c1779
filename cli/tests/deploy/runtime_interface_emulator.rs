//! AWS's Lambda Runtime Interface Emulator, which is also inside Lambda's base images and `sam local invoke`.

use std::path::Path;

use http_body_util::BodyExt as _;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::process::Command;
use tokio::sync::{Mutex, MutexGuard};

use crate::deployed::{Deployed, Deployment};
use crate::function::Emulator;
use crate::given;
use crate::process_group::{ProcessGroup, free_port, is_free};

/// The port of the emulator's Runtime API, always the same.
const PORT: u16 = 9001;
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// An executable that was built to be deployed, under the emulator, with the template's variables.
#[derive(Debug)]
pub(crate) struct RuntimeInterfaceEmulator {
    process: ProcessGroup,
    url: String,
    _one_at_a_time: MutexGuard<'static, ()>,
}

impl RuntimeInterfaceEmulator {
    pub(crate) async fn start(deployment: Deployment, variables: &[(&str, &str)]) -> Self {
        let function = deployment.function;
        let one_at_a_time = ONE_AT_A_TIME.lock().await;
        assert!(is_free(PORT).await, "port {PORT} is taken: does another emulator run?");
        let port = free_port().await;
        let bootstrap = Path::new(&given("KINETRACE_BOOTSTRAPS")).join(function).join("bootstrap");
        let mut command = Command::new(given("KINETRACE_RIE"));
        command.arg("--runtime-interface-emulator-address").arg(format!("127.0.0.1:{port}"));
        command.arg(std::path::absolute(bootstrap).unwrap());
        let Deployed { variables: deployed, .. } = Deployed::of(deployment);
        let deployed = deployed.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let here = variables.iter().copied().chain([("AWS_LAMBDA_FUNCTION_NAME", function)]);
        let variables: Vec<_> = deployed.chain(here).collect();
        let mut process = ProcessGroup::spawn(&mut command, &variables, &format!("rie-{function}"));
        process.listens(port).await;
        // Not `function`: by this name it is always called.
        let url = format!("http://127.0.0.1:{port}/2015-03-31/functions/function/invocations");
        Self { process, url, _one_at_a_time: one_at_a_time }
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

    async fn stop(&mut self) {
        self.process.stop().await;
    }
}
