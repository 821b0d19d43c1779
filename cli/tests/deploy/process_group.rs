//! Another project's program, and all that it starts.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::time::{interval, timeout};

use crate::given;

/// How long a program may take until it listens.
const START_LIMIT: Duration = Duration::from_secs(60);
/// How long it may take to end when it is asked to.
const STOP_LIMIT: Duration = Duration::from_secs(10);

/// What a function would be configured by; and what Cargo tells this test about itself, for which a build script would run
/// again in a build that is started from here.
const NOT_INHERITED: [&str; 7] =
    ["AWS_", "CARGO_MANIFEST_", "CARGO_PKG_", "KINETRACE_", "LAMBDA_", "OTEL_", "RUST_LOG"];

/// A running program in a process group of its own, which is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct ProcessGroup {
    child: Child,
    id: Pid,
    log: PathBuf,
}

impl ProcessGroup {
    /// Starts it with these variables, and what it says in a log file of this name.
    pub(crate) fn spawn(command: &mut Command, variables: &[(&str, &str)], name: &str) -> Self {
        let log = Path::new(&given("KINETRACE_DEPLOY_LOGS")).join(format!("{name}.log"));
        let file = File::create(&log).unwrap_or_else(|error| panic!("{}: {error}", log.display()));
        for (variable, _) in std::env::vars_os() {
            let text = variable.to_string_lossy();
            if NOT_INHERITED.iter().any(|prefix| text.starts_with(prefix)) {
                command.env_remove(&variable);
            }
        }
        command.envs(variables.iter().copied()).current_dir(repository()).process_group(0);
        command.stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file);
        let child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let id = child.id().and_then(|id| Pid::from_raw(id.cast_signed())).unwrap();
        Self { child, id, log }
    }

    /// Where to look if something is not as it should be.
    pub(crate) fn log(&self) -> &Path {
        &self.log
    }

    /// Waits until it takes connections at this port.
    pub(crate) async fn listens(&mut self, port: u16) {
        // Nobody tells when another's program listens; it can only be asked.
        let mut again = interval(Duration::from_millis(20));
        let connected = async {
            while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                again.tick().await;
            }
        };
        tokio::select! {
            connected = timeout(START_LIMIT, connected) => {
                assert!(connected.is_ok(), "nothing listens at {port}; see {}", self.log.display());
            }
            status = self.child.wait() => panic!("ended too soon, {status:?}; see {}", self.log.display()),
        }
    }

    /// Asks it to end, and waits until it has, and has ended what it started.
    pub(crate) async fn stop(&mut self) {
        let _ = kill_process(self.id, Signal::TERM);
        drop(timeout(STOP_LIMIT, self.child.wait()).await);
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        let _ = kill_process_group(self.id, Signal::KILL);
    }
}

/// A port that is free now. Those who are to listen there cannot choose one by themselves and say which.
pub(crate) async fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap().port()
}

pub(crate) async fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).await.is_ok()
}

/// The root of the repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
