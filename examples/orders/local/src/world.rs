//! The services, a local stream between them, and what is seen of them.

use std::collections::hash_map::RandomState;
use std::env;
use std::hash::{BuildHasher as _, Hasher as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};

use hyper::{Request, StatusCode};
use serde_json::json;
use tempfile::TempDir;
use tokio::process::Command;

use crate::Failure;
use crate::http::ask;
use crate::page::Page;
use crate::program::Program;

/// Which ports are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ports {
    /// Those of the guides, for people.
    Known,
    /// Any that are free, for tests.
    Free,
}

/// All that runs. It ends with this value.
#[derive(Debug)]
pub struct World {
    local: Program,
    api: Program,
    stock: Option<Program>,
    api_url: String,
    page: Page,
    stock_url: String,
    collector: String,
    database_url: String,
    _folder: TempDir,
}

impl World {
    /// Starts everything. `flags` are more of `kinetrace local`.
    pub async fn start(ports: Ports, flags: &[&str]) -> Result<Self, Failure> {
        let folder = TempDir::new()?;
        let database_url = match env::var("DATABASE_URL") {
            Ok(url) if !url.is_empty() => url,
            _ => format!("sqlite:{}?mode=rwc", folder.path().join("orders.db").display()),
        };
        // The stock has to be somewhere before the function starts, and the collector before the stock sends spans.
        let stock_url = format!("http://127.0.0.1:{}", if ports == Ports::Known { 50051 } else { free_port()? });
        let mut local = Command::new(env::var("KINETRACE")?);
        local.arg("local").arg("--template").arg(template()).args(flags);
        local.args(["--parameter", &format!("DatabaseUrl={database_url}")]);
        local.args(["--parameter", &format!("StockUrl={stock_url}"), "--quiet"]);
        if ports == Ports::Free {
            for port in ["--kinesis-port", "--otlp-port", "--url-port", "--page-port"] {
                local.args([port, "0"]);
            }
        }
        let mut local = Program::start(&mut local)?;
        let page = Page::at(local.word_after("page ").await?);
        let kinesis = local.word_after("AWS_ENDPOINT_URL_KINESIS=").await?;
        let collector = local.word_after("OTEL_EXPORTER_OTLP_ENDPOINT=").await?;

        let mut api = Command::new(service("orders-api")?);
        api.env("LISTEN", if ports == Ports::Known { "127.0.0.1:8080" } else { "127.0.0.1:0" });
        api.env("AWS_ENDPOINT_URL_KINESIS", kinesis).env("AWS_REGION", "us-east-1");
        api.env("AWS_ACCESS_KEY_ID", "local").env("AWS_SECRET_ACCESS_KEY", "local");
        let mut api = Program::start(exporting(&mut api, "orders-api", &collector))?;
        let api_url = api.word_after("orders-api at ").await?;
        let mut world =
            Self { local, api, stock: None, api_url, page, stock_url, collector, database_url, _folder: folder };
        world.start_stock().await?;
        Ok(world)
    }

    /// Where orders are recorded.
    pub fn database_url(&self) -> &str {
        &self.database_url
    }

    /// Where to look.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// Where to order.
    pub fn api_url(&self) -> &str {
        &self.api_url
    }

    /// Starts the stock again, with what it has.
    pub async fn start_stock(&mut self) -> Result<(), Failure> {
        let mut stock = Command::new(service("stock")?);
        stock.env("LISTEN", self.stock_url.trim_start_matches("http://"));
        let mut stock = Program::start(exporting(&mut stock, "stock", &self.collector))?;
        stock.word_after("stock at ").await?;
        self.stock = Some(stock);
        Ok(())
    }

    /// Ends it, so that calls fail.
    pub async fn stop_stock(&mut self) -> Result<(), Failure> {
        if let Some(stock) = self.stock.take() {
            stock.stop().await?;
        }
        Ok(())
    }

    /// Orders, and returns the trace's id.
    pub async fn order(&self, id: &str, customer: &str, item: &str, quantity: u32) -> Result<String, Failure> {
        self.order_from(None, id, customer, item, quantity).await
    }

    /// The same from a program that may have begun a trace.
    pub async fn order_from(
        &self,
        trace: Option<&str>,
        id: &str,
        customer: &str,
        item: &str,
        quantity: u32,
    ) -> Result<String, Failure> {
        let order = json!({"id": id, "customer": customer, "item": item, "quantity": quantity}).to_string();
        let mut request = Request::post(format!("{}/orders", self.api_url)).header("content-type", "application/json");
        if let Some(trace) = trace {
            request = request.header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"));
        }
        match ask(request.body(order)?).await? {
            (StatusCode::ACCEPTED, answer) => Ok(answer["trace_id"].as_str().ok_or("no trace id")?.to_owned()),
            (status, answer) => Err(format!("{status}: {answer}").into()),
        }
    }

    /// Ends everything. Returns the verdict of `kinetrace local`, and whether it is good.
    pub async fn stop(mut self) -> Result<(String, bool), Failure> {
        let verdict = self.local.stop().await?;
        self.api.stop().await?;
        if let Some(stock) = self.stock.take() {
            stock.stop().await?;
        }
        Ok(verdict)
    }
}

/// What each service is told about telemetry. Batches leave soon, because people and tests are waiting.
fn exporting<'a>(command: &'a mut Command, service: &str, collector: &str) -> &'a mut Command {
    let command = command.env("OTEL_SERVICE_NAME", service).env("OTEL_METRICS_EXPORTER", "none");
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", collector).env("OTEL_BSP_SCHEDULE_DELAY", "100")
}

fn template() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("template.yaml")
}

/// Cargo puts it next to this program, or above its tests.
fn service(name: &str) -> Result<PathBuf, Failure> {
    let own = env::current_exe()?;
    let folders = own.ancestors().skip(1).take(2);
    let found = folders.map(|folder| folder.join(name)).find(|path| path.is_file());
    found.ok_or_else(|| format!("there is no {name} near {}: cargo build", own.display()).into())
}

/// Nothing listens there yet when this returns. The system gives ports from 32,768 on to outgoing connections, of which all
/// tests open many, so this one is below, and at random, because tests run side by side.
fn free_port() -> Result<u16, Failure> {
    let start = RandomState::new().build_hasher().finish() % 20_000;
    let mut ports = (0..20_000).filter_map(|n| u16::try_from(10_000 + (start + n) % 20_000).ok());
    let free = ports.find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok());
    free.ok_or_else(|| "no port from 10,000 to 29,999 is free".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_outgoing_connection_takes_the_port_of_the_stock() -> Result<(), Failure> {
        for _ in 0..20 {
            let port = free_port()?;
            assert!((10_000..30_000).contains(&port), "{port}");
        }
        Ok(())
    }
}
