//! A producer's program, as the driver starts it and talks to it: `python/program.py` says how.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;

use crate::case::Case;
use crate::emulator::STREAM;
use crate::failure::Failure;
use crate::process_tree::{Taken, taken};
use crate::producer::Producer;
use crate::publish;

/// For each of its two parts: a program that takes longer hangs.
const LIMIT: Duration = Duration::from_secs(180);

/// What of this machine the programs get: nothing that would configure an SDK, a tracer or a proxy.
const KEPT: [&str; 2] = ["PATH", "JAVA_HOME"];

/// Where things are.
#[derive(Debug)]
pub(crate) struct Folders {
    /// This folder of the repository.
    pub(crate) source: PathBuf,
    /// Where `run` has installed the libraries.
    pub(crate) installed: PathBuf,
}

/// What a program took for its records.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spent {
    pub(crate) seconds: f64,
    pub(crate) processor_seconds: f64,
    /// Before the first of them, with connections open.
    pub(crate) ready_kib: u64,
    /// At most.
    pub(crate) peak_kib: u64,
}

/// Runs it, and ends it when it has put all.
pub(crate) async fn run(case: Case, endpoint: &str, certificate: &Path, folders: &Folders) -> Result<Spent, Failure> {
    let mut command = command(case.producer, folders)?;
    command.args([endpoint, STREAM]).args([case.load.keys, case.load.records].map(|number| number.to_string()));
    command.env_clear().envs(variables(case.producer, certificate, folders));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut program = Program::start(command)?;
    program.hear("ready").await?;
    let before = program.taken()?;
    let begin = Instant::now();
    program.say("go").await?;
    program.hear("done").await?;
    let seconds = begin.elapsed().as_secs_f64();
    let after = program.taken()?;
    program.end().await?;
    Ok(Spent {
        seconds,
        processor_seconds: after.processor_seconds - before.processor_seconds,
        ready_kib: before.resident_kib,
        peak_kib: after.resident_kib,
    })
}

fn command(producer: Producer, folders: &Folders) -> Result<Command, Failure> {
    let python = |script: &str| {
        let mut command = Command::new(folders.installed.join("python/bin/python"));
        command.arg("-B").arg(folders.source.join("python").join(script));
        command
    };
    Ok(match producer {
        Producer::Boto3 => python("put_records.py"),
        Producer::Aiokpl { .. } => python("aiokpl_put.py"),
        Producer::AsyncKinesis => python("async_kinesis_put.py"),
        Producer::Kpl { .. } => {
            let java = folders.installed.join("java");
            let mut command = Command::new("java");
            // A heap of its own choice would depend on the machine.
            command.args(["-Xmx256m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp"]);
            command.arg(format!("{0}/classes:{0}/lib/*", java.display())).arg("Kpl");
            command
        }
        Producer::SdkForRust | Producer::Ordered { .. } => {
            let mut command = Command::new(std::env::current_exe()?);
            command.args([publish::ROLE, producer.name()]);
            command
        }
    })
}

fn variables(producer: Producer, certificate: &Path, folders: &Folders) -> Vec<(&'static str, OsString)> {
    let kept = KEPT.iter().filter_map(|&name| Some((name, std::env::var_os(name)?)));
    let aggregation = match producer {
        Producer::Kpl { aggregated: false } | Producer::Aiokpl { aggregated: false } => "off",
        _ => "on",
    };
    let chosen = [
        ("AWS_ACCESS_KEY_ID", "testbed".into()),
        ("AWS_SECRET_ACCESS_KEY", "testbed".into()),
        ("AWS_REGION", "us-east-1".into()),
        ("AWS_DEFAULT_REGION", "us-east-1".into()),
        ("AWS_EC2_METADATA_DISABLED", "true".into()),
        ("AWS_CA_BUNDLE", certificate.into()),
        ("AGGREGATION", aggregation.into()),
        ("KPL_FOLDER", folders.installed.join("kpl").into()),
    ];
    kept.chain(chosen).collect()
}

#[derive(Debug)]
struct Program {
    process: Child,
    id: u32,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Program {
    fn start(mut command: Command) -> Result<Self, Failure> {
        let name = command.as_std().get_program().to_owned();
        let mut process = command.spawn().map_err(|error| format!("cannot start {}: {error}", name.display()))?;
        let (Some(id), Some(input), Some(output)) = (process.id(), process.stdin.take(), process.stdout.take()) else {
            return Err("it ended at once".into());
        };
        Ok(Self { process, id, input, output: BufReader::new(output).lines() })
    }

    async fn say(&mut self, word: &str) -> Result<(), Failure> {
        Ok(self.input.write_all(format!("{word}\n").as_bytes()).await?)
    }

    /// Waits for a line of this one word. A library may write others.
    async fn hear(&mut self, word: &str) -> Result<(), Failure> {
        let heard = async {
            while let Some(line) = self.output.next_line().await? {
                if line == word {
                    return Ok(());
                }
            }
            Err(Failure::from(format!("it ended before it was {word}; its standard error says why")))
        };
        timeout(LIMIT, heard).await.map_err(|_| format!("it was not {word} after {LIMIT:?}"))?
    }

    fn taken(&self) -> Result<Taken, Failure> {
        taken(self.id)
    }

    /// Lets it end by itself, so that it ends what it has started.
    async fn end(self) -> Result<(), Failure> {
        let Self { mut process, input, .. } = self;
        drop(input);
        timeout(LIMIT, process.wait()).await.map_err(|_| format!("it did not end within {LIMIT:?}"))??;
        Ok(())
    }
}
