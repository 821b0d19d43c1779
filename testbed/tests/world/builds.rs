//! A new build of a function's program, and one that cannot start.

use std::fs::{self, File};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use kinetrace::history::Timestamp;
use kinetrace_testbed::configuration::Configuration;
use kinetrace_testbed::environment::InvokeError;
use kinetrace_testbed::function::{Function, FunctionHappening};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::join;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::Instant;

use crate::bootstrap::{real, shell};

/// A function that watches one file.
struct Watching {
    function: Function,
    happenings: UnboundedReceiver<(Timestamp, FunctionHappening)>,
    file: PathBuf,
    _folder: TempDir,
}

impl Watching {
    fn deploy(configuration: Configuration) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("build");
        fs::write(&file, "1").unwrap();
        let (watcher, happenings) = unbounded_channel();
        let configuration = Configuration { watched: vec![file.clone()], ..configuration };
        let function = Function::new_watched(configuration, unbounded_channel().0, watcher);
        Self { function, happenings, file, _folder: folder }
    }

    /// Writes the file; it was done a while ago.
    fn build(&self, text: &str) {
        fs::write(&self.file, text).unwrap();
        let a_while_ago = SystemTime::now() - Duration::from_secs(60);
        File::options().write(true).open(&self.file).unwrap().set_modified(a_while_ago).unwrap();
    }

    /// The environment that an invocation began in.
    async fn began(&mut self) -> u32 {
        loop {
            if let FunctionHappening::Began { environment, .. } = self.happenings.recv().await.unwrap().1 {
                return environment;
            }
        }
    }

    /// Invokes, and says in which environment, after how many builds and ends of environments.
    async fn invoke(&mut self) -> (u32, usize, Vec<u32>) {
        self.function.invoke("1".into()).await.unwrap();
        let (mut builds, mut gone) = (0, Vec::new());
        loop {
            match self.happenings.recv().await.unwrap().1 {
                FunctionHappening::Began { environment, .. } => return (environment, builds, gone),
                FunctionHappening::NewBuild => builds += 1,
                FunctionHappening::Gone { environment, .. } => gone.push(environment),
                _ => {}
            }
        }
    }
}

#[tokio::test]
async fn a_new_build_takes_a_new_environment_and_ends_those_that_are_idle() {
    let mut watching = Watching::deploy(real());
    assert_eq!(watching.invoke().await, (0, 0, vec![]));
    assert_eq!(watching.invoke().await, (0, 0, vec![]));
    watching.build("22");
    let (environment, builds, mut gone) = watching.invoke().await;
    assert_eq!((environment, builds), (1, 1));
    watching.function.shutdown().await;
    while gone.len() < 2 {
        if let FunctionHappening::Gone { environment, .. } = watching.happenings.recv().await.unwrap().1 {
            gone.push(environment);
        }
    }
    gone.sort_unstable();
    assert_eq!(gone, [0, 1]);
}

#[tokio::test]
async fn what_is_in_flight_when_a_build_comes_is_finished_and_its_environment_not_used_again() {
    let gate = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let env = vec![("GATE".to_owned(), gate.local_addr().unwrap().to_string())];
    let mut watching = Watching::deploy(Configuration { env, ..real() });
    let function = watching.function.clone();
    let (result, ()) = join!(function.invoke(r#""gate""#.into()), async {
        let (mut at_work, _) = gate.accept().await.unwrap();
        assert_eq!(watching.began().await, 0);
        watching.build("22");
        assert_eq!(watching.invoke().await.0, 1);
        at_work.write_u8(1).await.unwrap();
    });
    assert_eq!(result.unwrap(), r#""gate""#);
    assert_eq!(watching.invoke().await.0, 1);
    assert_eq!(watching.invoke().await.0, 1);
}

#[tokio::test]
async fn a_file_that_has_just_been_written_is_waited_for_and_one_that_is_gone_is_not() {
    let mut watching = Watching::deploy(real());
    assert_eq!(watching.invoke().await.0, 0);
    fs::remove_file(&watching.file).unwrap();
    assert_eq!(watching.invoke().await.0, 0);
    fs::write(&watching.file, "2").unwrap();
    let written = Instant::now();
    assert_eq!(watching.invoke().await.0, 1);
    assert!(written.elapsed() >= Duration::from_millis(200), "{:?}", written.elapsed());
}

#[tokio::test]
async fn a_program_that_crashes_again_and_again_is_not_started_without_a_pause() {
    let (function, began) = (Function::new(shell("exit 3"), unbounded_channel().0), Instant::now());
    for _ in 0..4 {
        let result = function.invoke("1".into()).await;
        assert!(matches!(result, Err(InvokeError::Exited { .. })), "{result:?}");
    }
    assert!(began.elapsed() >= Duration::from_millis(150), "{:?}", began.elapsed());
}
