//! What is deployed: the configuration of a Lambda function.

use std::path::PathBuf;
use std::time::Duration;

/// The region that everything in the testbed claims to be in.
pub(crate) const REGION: &str = "us-east-1";

/// The configuration of a Lambda function: what to run, and within what limits.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// The function's name.
    pub name: String,
    /// The program that every execution environment runs.
    pub bootstrap: PathBuf,
    /// Its arguments; Lambda itself gives none.
    pub args: Vec<String>,
    /// The function's own environment variables, which win over those that Lambda sets.
    pub env: Vec<(String, String)>,
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
            env: Vec::new(),
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
