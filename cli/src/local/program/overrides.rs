//! Programs that flags name: `--function` and `--command`.

use std::path::{Path, PathBuf};

use super::super::deployment::Program;
use super::processor::{self, Executable};
use super::words;
use super::{Missing, MissingPrograms};
use crate::local::nearest::did_you_mean;

/// What flags say is to be started for which function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Overrides(Vec<(String, Override)>);

/// What is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Override {
    /// `--function NAME=PATH`.
    Path(PathBuf),
    /// `--command NAME='…'`: the words of it.
    Command(Vec<String>),
}

impl Override {
    /// A command as it is typed.
    ///
    /// # Errors
    /// It has no word, or a quote does not end.
    pub(crate) fn command(line: &str) -> Result<Self, String> {
        let words = words::split(line).map_err(|error| error.to_string())?;
        if words.is_empty() { Err("the command is empty".to_owned()) } else { Ok(Self::Command(words)) }
    }

    /// What that is for an environment. A command works in the function's folder, if there is one.
    ///
    /// # Errors
    /// The file is not there, or this machine does not run it.
    pub(crate) fn program(
        &self,
        function: &str,
        folder: Option<&Path>,
        handler: Option<&str>,
    ) -> Result<Program, Missing> {
        match self {
            Self::Command(words) => Ok(of_command(words, folder, handler)),
            Self::Path(path) => of_path(path, function, folder, handler),
        }
    }
}

impl Overrides {
    pub(crate) fn new(overrides: Vec<(String, Override)>) -> Self {
        Self(overrides)
    }

    pub(crate) fn of(&self, function: &str) -> Option<&Override> {
        self.0.iter().rev().find(|(name, _)| name == function).map(|(_, it)| it)
    }

    /// Refuses overrides of functions that are not there.
    ///
    /// # Errors
    /// The first such function.
    pub(crate) fn check_names<'n>(&self, known: impl Iterator<Item = &'n str> + Clone) -> Result<(), MissingPrograms> {
        let unknown = self.0.iter().map(|(name, _)| name.as_str()).find(|name| !known.clone().any(|it| it == *name));
        unknown.map_or(Ok(()), |name| {
            let hint = did_you_mean(name, known.clone());
            let all = known.collect::<Vec<_>>().join(", ");
            Err(MissingPrograms(vec![Missing::new(
                name,
                format!("no function has this name; the functions are: {all}{hint}"),
            )]))
        })
    }
}

fn of_command(words: &[String], folder: Option<&Path>, handler: Option<&str>) -> Program {
    let (command, args) =
        words.split_first().map_or((String::new(), Vec::new()), |(first, rest)| (first.clone(), rest.to_vec()));
    // Runtime interface clients take the handler as their last argument.
    let last = args.last().cloned();
    let watched = [PathBuf::from(&command)].into_iter().filter(|path| path.is_file()).collect();
    Program {
        command: PathBuf::from(command),
        args,
        directory: folder.map(Path::to_owned),
        handler: handler.map(str::to_owned).or(last).unwrap_or_else(|| "bootstrap".to_owned()),
        watched,
    }
}

fn of_path(path: &Path, function: &str, folder: Option<&Path>, handler: Option<&str>) -> Result<Program, Missing> {
    // What is built in its own folder is named by that folder, too.
    let path = if path.is_dir() { path.join("bootstrap") } else { path.to_owned() };
    let missing = |what: String| Err(Missing::new(function, what));
    let shown = path.display();
    match processor::look_at(&path) {
        Err(error) => return missing(format!("cannot read {shown}: {error}")),
        Ok(Executable::Zip) => {
            return missing(format!(
                "{shown} is an archive: `unzip {shown} -d {function}` unpacks it, and --function {function}={function}/bootstrap runs it"
            ));
        }
        Ok(executable) => {
            let machine = processor::of_this_machine();
            if let Some(of) = processor::foreign(&executable, machine, std::env::consts::OS) {
                return missing(format!(
                    "{shown} is for {of}, and this machine is {machine}: build it for this one, as with `cargo build --release`"
                ));
            }
            if !is_executable(&path) {
                return missing(format!(
                    "{shown} is not executable: `chmod +x {shown}`, or name what runs it with --command {function}='…'"
                ));
            }
        }
    }
    let path = std::path::absolute(&path).unwrap_or(path);
    Ok(Program {
        command: path.clone(),
        args: Vec::new(),
        directory: folder.map(Path::to_owned),
        handler: handler.unwrap_or("bootstrap").to_owned(),
        watched: vec![path],
    })
}

#[cfg(unix)]
pub(super) fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
pub(super) fn is_executable(_: &Path) -> bool {
    true
}
