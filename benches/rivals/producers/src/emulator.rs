//! The process with the embedded Kinesis, one for each run of a producer.

use std::path::Path;
use std::process::Stdio;

use aws_sdk_kinesis::Client;
use kinetrace_testbed::kinesis::{client, create_stream};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};

use crate::case::Faults;
use crate::failure::Failure;
use crate::kinesis::{ROLE, THROTTLED, UNTROUBLED};

/// The stream that is measured, and the one for the records before.
pub(crate) const STREAM: &str = "measured";
pub(crate) const WARM_UP_STREAM: &str = "warm-up";
const SHARDS: u16 = 16;

/// Ends when it is dropped, or with this process.
#[derive(Debug)]
pub(crate) struct Emulator {
    _process: Child,
    /// It ends when this closes.
    _input: Option<ChildStdin>,
    /// Without TLS, for this process.
    pub(crate) client: Client,
    /// With TLS, for producers.
    pub(crate) endpoint: String,
}

impl Emulator {
    /// With its two streams.
    pub(crate) async fn start(certificate: &Path, faults: Faults) -> Result<Self, Failure> {
        let faults = match faults {
            Faults::None => UNTROUBLED,
            Faults::Throttled => THROTTLED,
        };
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(ROLE).arg(certificate).arg(faults);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut line).await?;
        }
        let (plain, encrypted) = line.trim_end().split_once(' ').ok_or("the process with Kinesis ended at once")?;
        let client = client(plain);
        for stream in [STREAM, WARM_UP_STREAM] {
            create_stream(&client, stream, SHARDS).await?;
        }
        Ok(Self { client, endpoint: encrypted.to_owned(), _input: process.stdin.take(), _process: process })
    }
}
