//! What is deployed: the configuration of a Lambda function.

use std::path::PathBuf;
use std::time::Duration;

use crate::environment::Room;

/// The region that everything in the testbed claims to be in.
pub(crate) const REGION: &str = "us-east-1";

/// The configuration of a Lambda function: what to run, and within what limits.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// The function's name.
    pub name: String,
    /// The program that every execution environment runs: a path, or a name that is looked for in `PATH`. A path that is not
    /// absolute begins where this program runs.
    pub bootstrap: PathBuf,
    /// Its arguments; Lambda itself gives none.
    pub args: Vec<String>,
    /// Where it runs, which is also `LAMBDA_TASK_ROOT`. Default: where this program runs.
    pub directory: Option<PathBuf>,
    /// `_HANDLER`: what the runtime is to call, in its own words. Default: `bootstrap`.
    pub handler: String,
    /// The function's own environment variables, which win over those that Lambda sets.
    pub env: Vec<(String, String)>,
    /// The names of variables that are taken from this program's environment, where they are set. They win over those that
    /// Lambda sets, too, and the function's own win over them. `PATH` is always taken, and so are `HOME`, `LANG` and `TMPDIR`,
    /// which interpreters and what they start look for.
    pub inherit: Vec<String>,
    /// Files whose change makes the next invocation take a new environment: a new build. A folder has changed when something
    /// directly in it was added, removed or renamed. Default: none.
    pub watched: Vec<PathBuf>,
    /// Where lines that the processes write wait until their reader has dealt with them, which it has to say. Default: they
    /// wait without a limit, and nothing is to be said.
    pub room: Option<Room>,
    /// `AWS_LAMBDA_FUNCTION_MEMORY_SIZE`, in MiB. It limits nothing. Default: 128, as in Lambda.
    pub memory_mb: u32,
    /// How long an invocation may take, the work after its response included. Default: 3 seconds, as in Lambda.
    pub timeout: Duration,
    /// How long an environment may take from its start until it asks for its first invocation. Default: 10 seconds, as
    /// in Lambda (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>).
    pub init_timeout: Duration,
    /// How many environments may exist at once; 0 counts as 1. Default: 10.
    pub max_concurrency: u16,
    /// How many invocations an environment may have in flight; 0 counts as 1. Above 1, the function runs as on Lambda
    /// Managed Instances, and its runtime is told by `AWS_LAMBDA_MAX_CONCURRENCY`
    /// (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances.html>). Default: 1.
    pub environment_concurrency: u16,
    /// Whether there is an Extensions API, which Lambda has and some local emulators do not. Default: yes.
    pub extensions: bool,
}

impl Configuration {
    /// A function without arguments and variables of its own, with the default limits.
    pub fn new(name: impl Into<String>, bootstrap: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            bootstrap: bootstrap.into(),
            args: Vec::new(),
            directory: None,
            handler: "bootstrap".to_owned(),
            env: Vec::new(),
            inherit: Vec::new(),
            watched: Vec::new(),
            room: None,
            memory_mb: 128,
            timeout: Duration::from_secs(3),
            init_timeout: Duration::from_secs(10),
            max_concurrency: 10,
            environment_concurrency: 1,
            extensions: true,
        }
    }

    /// The function's resource name, in an account of zeros.
    pub fn arn(&self) -> String {
        format!("arn:aws:lambda:{REGION}:000000000000:function:{}", self.name)
    }
}
