//! cargo-lambda's `watch` and `invoke`.

use std::path::Path;

use serde_json::Value;
use tokio::process::Command;

use crate::deployed::Deployment;
use crate::function::Emulator;
use crate::given;
use crate::process_group::{ProcessGroup, free_port, repository};

/// A function under `cargo lambda watch`, which compiles it.
#[derive(Debug)]
pub(crate) struct CargoLambda {
    watch: ProcessGroup,
    function: String,
    port: u16,
}

impl CargoLambda {
    pub(crate) async fn start(deployment: Deployment, variables: &[(&str, &str)]) -> Self {
        let function = deployment.function;
        let port = free_port().await;
        let mut command = cargo_lambda("watch", port);
        command.args(["--ignore-changes", "--package"]).arg(format!("kinetrace-{function}-function"));
        let mut watch = ProcessGroup::spawn(&mut command, variables, &format!("cargo-lambda-{function}"));
        watch.listens(port).await;
        Self { watch, function: function.to_owned(), port }
    }
}

impl Emulator for CargoLambda {
    async fn invoke(&self, event: &Path) -> Value {
        let mut invoke = cargo_lambda("invoke", self.port);
        let output = invoke.arg(&self.function).arg("--data-file").arg(event).output().await.unwrap();
        serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}: {output:?}; see {}", event.display(), self.watch.log().display()))
    }

    fn log(&self) -> &Path {
        self.watch.log()
    }

    async fn stop(&mut self) {
        self.watch.stop().await;
    }
}

fn cargo_lambda(command: &str, port: u16) -> Command {
    let mut cargo_lambda = Command::new(given("KINETRACE_CARGO_LAMBDA"));
    cargo_lambda.args(["lambda", command, "--invoke-address", "127.0.0.1", "--invoke-port"]).arg(port.to_string());
    cargo_lambda.current_dir(repository()).kill_on_drop(true);
    cargo_lambda
}
