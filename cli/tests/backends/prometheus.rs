//! Prometheus, which reads what the collector shows.

use std::path::PathBuf;

use serde::Deserialize;
use tempfile::TempDir;

use crate::process::{Process, free_port, program};
use crate::requests::{encoded, get, get_json};

pub(crate) struct Prometheus {
    process: Process,
    api: String,
    _folder: TempDir,
}

#[derive(Deserialize)]
struct Answer {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    result: Vec<Series>,
}

/// One of the series that an expression comes to, now.
#[derive(Debug, Deserialize)]
pub(crate) struct Series {
    value: (f64, String),
}

impl Series {
    pub(crate) fn value(&self) -> &str {
        &self.value.1
    }
}

impl Prometheus {
    /// Reads this address once a second.
    pub(crate) async fn start(scraped: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("prometheus.yml");
        let scrape =
            format!("- {{job_name: otelcol, honor_labels: true, static_configs: [{{targets: [\"{scraped}\"]}}]}}");
        std::fs::write(&file, format!("global: {{scrape_interval: 1s}}\nscrape_configs:\n{scrape}\n")).unwrap();
        let path = std::env::var_os("PROMETHEUS").map_or_else(|| PathBuf::from("/usr/bin/prometheus"), PathBuf::from);
        let address = format!("127.0.0.1:{}", free_port());
        let mut command = program(path);
        command.arg("--config.file").arg(file).arg("--storage.tsdb.path").arg(folder.path().join("data"));
        command.arg(format!("--web.listen-address={address}"));
        let process = Process::start("prometheus", command);
        let mut prometheus = Self { process, api: format!("http://{address}/api/v1"), _folder: folder };
        let ready = format!("http://{address}/-/ready");
        prometheus.process.until("it is ready", async || get(&ready).await).await;
        prometheus
    }

    /// `None` if it does not understand the expression.
    pub(crate) async fn query(&self, expression: &str) -> Option<Vec<Series>> {
        let answer: Answer = get_json(&format!("{}/query?query={}", self.api, encoded(expression))).await?;
        Some(answer.data.result)
    }

    /// What it comes to, as soon as that is what is wanted.
    pub(crate) async fn until(&mut self, expression: &str, enough: impl Fn(&[Series]) -> bool) -> Vec<Series> {
        let url = format!("{}/query?query={}", self.api, encoded(expression));
        let ask = async || {
            let answer: Answer = get_json(&url).await?;
            enough(&answer.data.result).then_some(answer.data.result)
        };
        self.process.until(expression, ask).await
    }
}
