//! What flags change about a template's deployment.

use std::path::Path;

use super::super::deployment::Deployment;
use super::super::template;
use super::flag_error::FlagError;
use crate::local::nearest::did_you_mean;

/// The function that is meant where a flag names none: the template's only one.
pub(super) fn only_function(path: &Path) -> Result<String, FlagError> {
    let mut names = template::function_names(path)?;
    match names.len() {
        1 => Ok(names.remove(0)),
        _ => Err(FlagError::value(
            "--command",
            "…",
            format!("say which function, as NAME=…: the template has {}", names.join(", ")),
        )),
    }
}

/// Gives a stream, or each, so many shards.
pub(super) fn shards(deployment: &mut Deployment, stream: Option<&str>, shards: Option<u16>) -> Result<(), FlagError> {
    let known: Vec<_> = deployment.streams.iter().map(|stream| stream.name.clone()).collect();
    if let Some(name) = stream.filter(|name| !known.iter().any(|it| it == name)) {
        let hint = did_you_mean(name, known.iter().map(String::as_str));
        let what = format!("the template has no such stream; it has {}{hint}", known.join(", "));
        return Err(FlagError::value("--stream", name, what));
    }
    let Some(shards) = shards else {
        return match stream {
            Some(name) => Err(FlagError::value(
                "--stream",
                name,
                "with a template it says which stream --shards is about: add --shards",
            )),
            None => Ok(()),
        };
    };
    let meant = |name: &str| stream.is_none_or(|it| it == name);
    deployment.streams.iter_mut().filter(|stream| meant(&stream.name)).for_each(|stream| stream.shards = shards);
    Ok(())
}
