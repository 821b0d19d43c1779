//! The program, run to its end.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;
use tokio::net::TcpSocket;

/// The executable.
pub(crate) const PATH: &str = env!("CARGO_BIN_EXE_kinetrace");

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs it without any environment variables.
pub(crate) fn run(args: &[&str]) -> Finished {
    run_with(args, &[], b"")
}

/// Runs it with these environment variables, and no others, and this standard input.
pub(crate) fn run_with(args: &[&str], variables: &[(&str, &str)], input: &[u8]) -> Finished {
    let mut command = Command::new(PATH);
    command.args(args).env_clear().envs(variables.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that has its answer already need not have read everything.
    drop(child.stdin.take().unwrap().write_all(input));
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Finished { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Runs it with no reader at the other end of its standard output, as in `| head`.
pub(crate) fn run_unread(args: &[&str]) -> Finished {
    let mut command = Command::new(PATH);
    command.args(args).env_clear().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    Finished { code: output.status.code(), stdout: String::new(), stderr }
}

impl Finished {
    /// It said what is wrong in one line, with all of `parts` in it, and said nothing about its own insides.
    pub(crate) fn assert_error(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:#?}");
        assert!(!self.stderr.contains("panicked") && !self.stdout.contains("panicked"), "{self:#?}");
        let errors: Vec<_> = self.stderr.lines().filter(|line| line.to_lowercase().starts_with("error")).collect();
        let [error] = errors[..] else { panic!("not one line with an error: {self:#?}") };
        assert!(error.starts_with("error: "), "{self:#?}");
        let missing: Vec<_> = parts.iter().filter(|part| !error.contains(**part)).collect();
        assert!(missing.is_empty(), "{missing:?} is not in {error}");
    }
}

/// A file with this text, as long as the directory lives.
pub(crate) fn file(name: &str, text: impl AsRef<[u8]>) -> (TempDir, String) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(name);
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (directory, path)
}

/// A file of the repository.
pub(crate) fn sample(path: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// An address at which nobody listens, and that nobody else is given as long as this lives.
pub(crate) struct Dead {
    _socket: TcpSocket,
    pub(crate) url: String,
}

impl Dead {
    pub(crate) fn new() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let url = format!("http://{}", socket.local_addr().unwrap());
        Self { _socket: socket, url }
    }
}
