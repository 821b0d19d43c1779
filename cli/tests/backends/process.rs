//! A backend, in a process of its own.

use std::fs::{File, read_to_string};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::time::{Instant, sleep};

/// A JVM on a loaded machine takes a while to begin.
const LIMIT: Duration = Duration::from_secs(120);

/// It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// What it writes goes into a file of its name, below `target/interop/backends/log`.
    pub(crate) fn start(name: &str, mut command: Command) -> Self {
        let folder = folder().join("log");
        std::fs::create_dir_all(&folder).unwrap();
        let log = folder.join(format!("{name}.log"));
        let file = File::create(&log).unwrap();
        command.stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file);
        let child = command.spawn();
        let child = child.unwrap_or_else(|error| panic!("{command:?}: {error}; interop/backends/run builds it"));
        Self { child, log }
    }

    /// What it has written so far.
    pub(crate) fn log(&self) -> String {
        read_to_string(&self.log).unwrap()
    }

    /// What `ask` answers as soon as it answers anything; a process that has ended, or takes too long, is shown.
    pub(crate) async fn until<T>(&mut self, what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
        let end = Instant::now() + LIMIT;
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("{status} before {what}: {}", self.log());
            }
            assert!(Instant::now() < end, "not {what} within {LIMIT:?}: {}", self.log());
            sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A command with none of the variables that would configure it, or an SDK, or a proxy.
pub(crate) fn program(path: impl AsRef<Path>) -> Command {
    let mut command = Command::new(path.as_ref());
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command
}

/// Where `interop/backends/run` builds.
pub(crate) fn folder() -> PathBuf {
    repository().join("target/interop/backends")
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// One that nobody listens at. These programs cannot be told to take any.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}
