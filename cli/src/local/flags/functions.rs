//! Flags about functions.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::deployment::FunctionPlan;
use super::super::program::{Override, Overrides};
use super::flag_error::FlagError;
use super::pair::{name_and_rest, pair};
use crate::local::nearest::did_you_mean;

/// Which functions, and what they are given.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(super) struct FunctionFlags {
    /// A function and its program: a `bootstrap`, or any executable that speaks the Runtime API
    ///
    /// Several read the stream each on its own. With a template it names the program of the function NAME in it.
    #[arg(long, value_name = "NAME=PATH", help_heading = "Functions")]
    function: Vec<String>,
    /// A function and the command that runs it, such as app='python3 -m awslambdaric app.handler'
    ///
    /// Quotes and backslashes keep spaces, as in a shell; nothing else of a shell is understood. Without NAME= it is the
    /// only function. With a template it works in the function's CodeUri.
    #[arg(long, value_name = "NAME=COMMAND", help_heading = "Functions")]
    command: Vec<String>,
    /// A variable of all functions; FUNCTION.NAME=VALUE of one; NAME alone takes its value from outside
    #[arg(long, value_name = "NAME=VALUE", help_heading = "Functions")]
    env: Vec<String>,
    /// How many seconds an invocation may take [default: 3, as in AWS, or what the template says]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u16).range(1..=900), help_heading = "Functions")]
    timeout: Option<u16>,
    /// The memory that functions are told they have, in MB; nothing limits it here [default: 128, as in AWS, or what the template says]
    #[arg(long, value_name = "MB", value_parser = clap::value_parser!(u32).range(128..=10_240), help_heading = "Functions")]
    memory_size: Option<u32>,
    /// How many environments each function has at most [default: as many as its callers need, or what the template says]
    #[arg(long, value_name = "N", help_heading = "Functions")]
    reserved_concurrent_executions: Option<u16>,
}

impl FunctionFlags {
    /// Whether flags name a function.
    pub(super) fn is_given(&self) -> bool {
        !self.function.is_empty() || !self.command.is_empty()
    }

    /// What is to be started for functions of a template. `only` names the one that is meant where a flag names none.
    pub(super) fn overrides(&self, only: impl Fn() -> Result<String, FlagError>) -> Result<Overrides, FlagError> {
        let named = self.started()?.into_iter().map(|(name, it)| Ok((name.map_or_else(&only, Ok)?, it)));
        named.collect::<Result<Vec<_>, FlagError>>().map(Overrides::new)
    }

    /// The functions that flags alone make.
    pub(super) fn plans(&self) -> Result<Vec<FunctionPlan>, FlagError> {
        let mut plans: Vec<FunctionPlan> = Vec::new();
        for (name, chosen) in self.started()? {
            let name = name.unwrap_or_else(|| likely_name(&chosen));
            if plans.iter().any(|plan| plan.name == name) {
                return Err(FlagError::value("--function", &name, "this name is given to two functions"));
            }
            plans.push(FunctionPlan {
                program: chosen.program(&name, None, None)?,
                name,
                env: Vec::new(),
                timeout: Duration::from_secs(3),
                memory_mb: 128,
                reserved_concurrency: None,
            });
        }
        Ok(plans)
    }

    /// Each function that flags name, in their order.
    fn started(&self) -> Result<Vec<(Option<String>, Override)>, FlagError> {
        let paths = self.function.iter().map(|text| {
            let (name, path) = name_and_rest(text);
            Ok((name.map(str::to_owned), Override::Path(PathBuf::from(path))))
        });
        let commands = self.command.iter().map(|text| {
            let (name, line) = name_and_rest(text);
            let command = Override::command(line).map_err(|what| FlagError::value("--command", text, what))?;
            Ok((name.map(str::to_owned), command))
        });
        paths.chain(commands).collect()
    }

    /// Whether a flag gives the variable of this name to the function.
    pub(super) fn gives(&self, function: &str, variable: &str) -> bool {
        let mut names = self.env.iter().map(|text| text.split_once('=').map_or(text.as_str(), |(name, _)| name));
        names.any(|name| name.split_once('.').map_or(name == variable, |it| it == (function, variable)))
    }

    /// Gives functions what flags say about all of them, or one.
    pub(super) fn apply(&self, functions: &mut [FunctionPlan]) -> Result<(), FlagError> {
        for function in functions.iter_mut() {
            function.timeout = self.timeout.map_or(function.timeout, |seconds| Duration::from_secs(seconds.into()));
            function.memory_mb = self.memory_size.unwrap_or(function.memory_mb);
            function.reserved_concurrency = self.reserved_concurrent_executions.or(function.reserved_concurrency);
        }
        self.env.iter().try_for_each(|text| give_variable(text, functions))
    }
}

/// Sets one variable.
fn give_variable(text: &str, functions: &mut [FunctionPlan]) -> Result<(), FlagError> {
    let (name, value) = match text.contains('=') {
        true => pair("--env", text)?,
        false => (text.to_owned(), from_outside(text)?),
    };
    let (function, name) = match name.split_once('.') {
        Some((function, name)) => (Some(function.to_owned()), name.to_owned()),
        None => (None, name),
    };
    if let Some(function) = function.as_deref().filter(|it| !functions.iter().any(|plan| plan.name == *it)) {
        let hint = did_you_mean(function, functions.iter().map(|plan| plan.name.as_str()));
        let known: Vec<_> = functions.iter().map(|plan| plan.name.as_str()).collect();
        let what = format!("there is no function {function}; there are: {}{hint}", known.join(", "));
        return Err(FlagError::value("--env", text, what));
    }
    for plan in functions.iter_mut().filter(|plan| function.as_ref().is_none_or(|it| *it == plan.name)) {
        plan.env.retain(|(its, _)| *its != name);
        plan.env.push((name.clone(), value.clone()));
    }
    Ok(())
}

/// The value that a variable has outside.
fn from_outside(text: &str) -> Result<String, FlagError> {
    let name = text.rsplit('.').next().unwrap_or(text);
    let missing = |_| FlagError::value("--env", text, "it is not set outside: give it a value as NAME=VALUE");
    std::env::var(name).map_err(missing)
}

/// A name for a function that was given none: that of its executable, or of the folder of its `bootstrap`.
fn likely_name(chosen: &Override) -> String {
    let Override::Path(path) = chosen else { return "function".to_owned() };
    let named =
        if path.file_name().is_some_and(|name| name == "bootstrap") { path.parent() } else { Some(path.as_path()) };
    let stem = named.and_then(Path::file_stem).and_then(|stem| stem.to_str());
    stem.unwrap_or("function").to_owned()
}
