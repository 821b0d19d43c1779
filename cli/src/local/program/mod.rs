//! From what a function is made of to the program that an environment starts.

mod candidate;
mod cargo;
pub(crate) mod code;
mod compiled;
mod found;
mod inline;
mod interpreted;
mod missing;
mod overrides;
mod processor;
#[cfg(test)]
mod tests;
pub(crate) mod words;

use std::path::{Path, PathBuf};

use code::{Code, Source};
pub(crate) use found::Found;
use found::absolute;
pub(crate) use missing::{Missing, MissingPrograms};
pub(crate) use overrides::{Override, Overrides};
pub(crate) use processor::of_this_machine as machine;

/// What an environment of a function starts: what flags name, or what was built last of its code.
///
/// # Errors
/// There is nothing that this machine runs.
pub(crate) fn find(code: &Code, overrides: &Overrides) -> Result<Found, Missing> {
    if let Some(chosen) = overrides.of(&code.function) {
        let handler = Some(code.handler.as_str()).filter(|handler| *handler != "bootstrap");
        let program = chosen.program(&code.function, folder(code).as_deref(), handler)?;
        return Ok(Found { program, notes: Vec::new() });
    }
    let name = &code.function;
    let command = format!("--command {name}='…'");
    match &code.source {
        Source::Path(path) => in_folder(code, path),
        Source::Inline(text) => inline::find(code, text),
        Source::Image(_) => Err(Missing::new(
            name,
            format!(
                "it is an image of a container: name the command in it with {command}, such as \
                 'python3 -m awslambdaric app.handler'"
            ),
        )),
        Source::Elsewhere => Err(Missing::new(
            name,
            format!("its code is not in a folder here: name its program with --function {name}=PATH or {command}"),
        )),
    }
}

/// The folder that a function's code is in.
fn folder(code: &Code) -> Option<PathBuf> {
    match &code.source {
        Source::Path(path) | Source::Image(Some(path)) if path.is_dir() => Some(absolute(path.clone())),
        _ => None,
    }
}

fn in_folder(code: &Code, folder: &Path) -> Result<Found, Missing> {
    if folder.is_file() {
        return Err(archive(code, folder));
    }
    if !folder.exists() {
        return Err(Missing::new(
            &code.function,
            format!("the folder of its code, {}, is not there", folder.display()),
        ));
    }
    let built = code.template_folder.join(".aws-sam/build").join(&code.function);
    match code.runtime.as_deref() {
        None => compiled::find(code, folder, &built),
        Some(runtime) if runtime.starts_with("provided") || runtime.starts_with("go1") => {
            compiled::find(code, folder, &built)
        }
        // What `sam build` made has the function's dependencies.
        Some(runtime) => interpreted::find(code, runtime, if built.is_dir() { &built } else { folder }),
    }
}

fn archive(code: &Code, path: &Path) -> Missing {
    let (name, shown) = (&code.function, path.display());
    Missing::new(
        name,
        format!(
            "its code is the archive {shown}: `unzip {shown} -d {name}` unpacks it, and --function {name}={name}/bootstrap runs it"
        ),
    )
}
