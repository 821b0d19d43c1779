//! The stand-in, in a process of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde::Deserialize;
use serde_json::Value;

pub(crate) struct CloudWatch {
    /// It serves until its standard input is closed.
    process: Child,
    pub(crate) endpoint: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Report {
    /// How many a container was given.
    pub(crate) credentials: usize,
    pub(crate) requests: Vec<Request>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) status: u16,
    pub(crate) error: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) names: Vec<String>,
}

impl CloudWatch {
    /// The program says what there is to choose.
    pub(crate) fn start(options: &str) -> Self {
        let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
        let repository = folders.find(|folder| folder.join("Cargo.lock").is_file()).unwrap();
        let mut command = Command::new(repository.join("target/interop/cloudwatch/bin/python"));
        command.arg(repository.join("interop/python/cloudwatch.py")).arg(options).env_clear();
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut process = spawned.unwrap_or_else(|error| panic!("{command:?}: {error}; install it with interop/run"));
        let mut ready = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut ready).unwrap();
        let ready: Value = serde_json::from_str(&ready).unwrap_or_else(|_| panic!("{command:?} is not ready: {ready}"));
        Self { process, endpoint: ready["endpoint"].as_str().unwrap().to_owned() }
    }

    pub(crate) fn report(&self) -> Report {
        let address = self.endpoint.strip_prefix("http://").unwrap();
        let mut connection = TcpStream::connect(address).unwrap();
        write!(connection, "GET /report HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1)
            .unwrap_or_else(|error| panic!("{error}: {answer}"))
    }
}

impl Drop for CloudWatch {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

impl Report {
    /// Those that were taken, of this path.
    pub(crate) fn taken(&self, path: &str) -> Vec<&str> {
        let taken = self.requests.iter().filter(|request| request.status == 200 && request.path == path);
        taken.flat_map(|request| request.names.iter().map(String::as_str)).collect()
    }

    pub(crate) fn refusals(&self) -> Vec<&str> {
        self.requests.iter().filter_map(|request| request.error.as_deref()).collect()
    }
}
