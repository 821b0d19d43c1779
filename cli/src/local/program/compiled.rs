//! Functions that are executables.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::super::deployment::Program;
use super::candidate::{self, Candidate, Choice};
use super::cargo;
use super::code::Code;
use super::found::{Found, absolute, shown};
use super::missing::Missing;
use super::processor;

/// A `bootstrap`, or what a plain `cargo build` makes, which is one, too.
pub(super) fn find(code: &Code, folder: &Path, built: &Path) -> Result<Found, Missing> {
    let binaries = cargo::binaries(folder, code.binary.as_deref(), &code.handler);
    let chosen = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let targets = cargo::targets(folder, chosen.as_deref());
    let mut paths = vec![built.join("bootstrap"), folder.join("bootstrap")];
    paths.extend(targets.iter().flat_map(|target| binaries.iter().flat_map(|binary| cargo::built(target, binary))));
    let candidates = candidate::existing(&paths);
    match candidate::choose(&candidates) {
        Choice::Taken(taken) => Ok(taken_one(code, folder, taken, &candidates)),
        Choice::Foreign(foreign) => Err(for_another_machine(code, foreign)),
        Choice::None => {
            let looked = paths.iter().map(|path| shown(path)).collect();
            let missing = Missing::new(&code.function, "its program is not there").looked_in(looked);
            Err(missing.with_ways_out(ways_out(folder, &code.function)))
        }
    }
}

fn taken_one(code: &Code, folder: &Path, taken: &Candidate, candidates: &[Candidate]) -> Found {
    let path = absolute(taken.path.clone());
    // A package has files next to its bootstrap, and a package of Cargo next to its manifest.
    let is_bootstrap = path.file_name().is_some_and(|name| name == "bootstrap") && !is_of_target(&path);
    let directory = if is_bootstrap { path.parent().map(Path::to_owned) } else { Some(absolute(folder.to_owned())) };
    let others = match candidates.len() {
        0 | 1 => String::new(),
        _ => ", the newest build that this machine runs".to_owned(),
    };
    let age = candidate::ago(taken.built, SystemTime::now());
    let note = format!("it runs {}{others}, of {age}", shown(&taken.path).display());
    let program = Program {
        command: path.clone(),
        args: Vec::new(),
        directory,
        handler: code.handler.clone(),
        watched: vec![path],
    };
    Found { program, notes: vec![note] }
}

/// Whether it is below `target/lambda`, where nothing else of the function is.
fn is_of_target(path: &Path) -> bool {
    path.ancestors().nth(2).is_some_and(|folder| folder.ends_with("target/lambda"))
}

fn for_another_machine(code: &Code, foreign: &Candidate) -> Missing {
    let (machine, shown) = (processor::of_this_machine(), foreign.path.display());
    let of = foreign.foreign.as_deref().unwrap_or_default();
    let what = format!("{shown} is for {of}, and this machine is {machine}");
    Missing::new(&code.function, what).with_ways_out(vec![
        "`cargo build --release` for this machine".to_owned(),
        format!("name another program with --function {}=PATH", code.function),
    ])
}

/// What to type to get a program.
fn ways_out(folder: &Path, function: &str) -> Vec<String> {
    let mut ways_out = Vec::new();
    if folder.join("Cargo.toml").is_file() {
        let manifest = folder.join("Cargo.toml");
        ways_out.push(format!("`cargo lambda build --release --manifest-path {}`", manifest.display()));
        ways_out.push(format!("`cargo build --release --manifest-path {}`", manifest.display()));
    }
    ways_out.push("`sam build`".to_owned());
    ways_out.push(format!("name it with --function {function}=PATH"));
    ways_out
}
