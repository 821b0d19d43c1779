//! The OpenTelemetry Collector, with a configuration of the documentation.

use std::process::Command;

use tempfile::TempDir;

use crate::process::{Process, folder, free_port, program};
use crate::requests::{get, send};

pub(crate) struct Otelcol {
    process: Process,
    /// What goes into `OTEL_EXPORTER_OTLP_ENDPOINT`.
    pub(crate) endpoint: String,
    _folder: TempDir,
}

impl Otelcol {
    /// The text as it is, but for its receiver's port and what `settings` replaces, such as where an exporter sends to.
    pub(crate) async fn start(configuration: &str, settings: &[(&str, String)], variables: &[(&str, &str)]) -> Self {
        let address = format!("127.0.0.1:{}", free_port());
        let (folder, mut command) = with(configuration, "--config");
        let own = [
            ("receivers.otlp.protocols.http.endpoint", address.clone()),
            // Two on one machine would want one port for their own metrics.
            ("service.telemetry.metrics.level", "none".to_owned()),
        ];
        for (name, value) in own.iter().chain(settings) {
            command.arg(format!("--set={name}={value}"));
        }
        command.envs(variables.iter().copied());
        let process = Process::start("otelcol", command);
        let mut otelcol = Self { process, endpoint: format!("http://{address}"), _folder: folder };
        // Nothing is at its root, which it says.
        let root = otelcol.endpoint.clone();
        let answers = async || send(http::Method::GET, &root, &[], bytes::Bytes::new()).await;
        otelcol.process.until("it answers", answers).await;
        otelcol
    }

    /// What is at this URL as soon as it is as `enough` wants it.
    pub(crate) async fn until(&mut self, what: &str, url: &str, enough: impl Fn(&str) -> bool) -> String {
        let ask = async || {
            let body = get(url).await?;
            let text = String::from_utf8_lossy(&body).into_owned();
            enough(&text).then_some(text)
        };
        self.process.until(what, ask).await
    }
}

/// What `otelcol validate` has against it, which is nothing if it is accepted.
pub(crate) fn validate(configuration: &str, variables: &[(&str, &str)]) -> Result<(), String> {
    let (_folder, mut command) = with(configuration, "validate --config");
    command.envs(variables.iter().copied());
    let output = command.output().unwrap();
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

fn with(configuration: &str, arguments: &str) -> (TempDir, Command) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("collector.yaml");
    std::fs::write(&path, configuration).unwrap();
    let mut command = program(folder().join("bin/otelcol"));
    command.args(arguments.split(' ')).arg(path);
    (directory, command)
}
