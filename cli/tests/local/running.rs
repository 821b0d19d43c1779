//! A `kinetrace local` that runs, on free ports.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::thread::JoinHandle;

use rustix::process::{Pid, Signal, kill_process};

/// The executable.
pub(crate) const PATH: &str = env!("CARGO_BIN_EXE_kinetrace");

pub(crate) struct Running {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// What was read of it.
    said: String,
    stderr: JoinHandle<String>,
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The flags of the built-in consumer.
pub(crate) fn consumer() -> Vec<String> {
    vec!["--command".to_owned(), format!("consumer='{PATH}' bootstrap consumer")]
}

impl Running {
    pub(crate) fn start(flags: &[&str]) -> Self {
        Self::start_in(Path::new("."), flags)
    }

    /// Functions run there, too.
    pub(crate) fn start_in(directory: &Path, flags: &[&str]) -> Self {
        let mut command = Command::new(PATH);
        command.current_dir(directory);
        // A test need not wait as long as AWS does between two reads.
        command.args(["local", "--poll-interval-ms", "5"]).args(flags);
        for port in ["--kinesis-port", "--otlp-port", "--url-port", "--page-port"] {
            command.args([port, "0"]);
        }
        Self::spawn(command)
    }

    /// With the functions that these flags name, too.
    pub(crate) fn start_with(functions: &[String], flags: &[&str]) -> Self {
        let all: Vec<_> = functions.iter().map(String::as_str).chain(flags.iter().copied()).collect();
        Self::start(&all)
    }

    fn spawn(mut command: Command) -> Self {
        command.env_clear().env("PATH", std::env::var("PATH").unwrap_or_default());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = child.stderr.take().unwrap();
        let stderr = std::thread::spawn(move || read(stderr));
        Self { child, stdout, said: String::new(), stderr }
    }

    /// Reads until a line of standard output has this in it, and returns what follows, up to a blank.
    pub(crate) fn after(&mut self, text: &str) -> String {
        loop {
            let mut line = String::new();
            if self.stdout.read_line(&mut line).unwrap() == 0 {
                panic!("it never says {text:?}, but {}\n{:?}", self.said, self.child.wait());
            }
            self.said += &line;
            if let Some((_, after)) = line.split_once(text) {
                return after.trim_start().split(char::is_whitespace).next().unwrap_or_default().to_owned();
            }
        }
    }

    /// The URL of the page.
    pub(crate) fn page(&mut self) -> String {
        self.after("page ")
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits for its end.
    pub(crate) fn finish(mut self) -> Finished {
        self.stdout.read_to_string(&mut self.said).unwrap();
        let code = self.child.wait().unwrap().code();
        Finished { code, stdout: self.said, stderr: self.stderr.join().unwrap() }
    }
}

fn read(mut stderr: ChildStderr) -> String {
    let mut text = String::new();
    stderr.read_to_string(&mut text).unwrap();
    text
}

/// Runs the program to its end.
pub(crate) fn run(arguments: &[&str]) -> Finished {
    let output = Command::new(PATH).args(arguments).env_clear().stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Finished { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Gives a command, again and again until it is done.
pub(crate) fn tell(page: &str, words: &[&str]) -> String {
    let arguments = [&["tell", "--page", page][..], words].concat();
    for _ in 0..2_000 {
        let told = run(&arguments);
        if told.code == Some(0) {
            return told.stdout;
        }
        assert!(!told.stderr.contains("nothing answers"), "{told:?}");
    }
    panic!("{words:?} cannot be done: {:?}", run(&arguments));
}
