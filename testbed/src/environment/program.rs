//! The program of an environment, looked at before it is started: the system's own error would say too little, or none comes,
//! because `execvp` gives what it does not know to a shell.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

/// Why a program cannot be started, and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProgramError {
    /// There is no such file.
    #[error("there is no such file: build it first, or check the path")]
    Missing(#[source] io::Error),
    /// It is a name, and no folder of `PATH` has it.
    #[error("no folder of PATH has it: install it, or name it by its path")]
    NotOnPath,
    /// It is a folder, or nothing that can be read.
    #[error("it is not a file: name the program itself, such as the `bootstrap` in the folder")]
    NotAFile,
    /// It must not be executed.
    #[error("it is not executable: chmod +x {}", .0.display())]
    NotExecutable(PathBuf),
    /// It was built for another machine.
    #[error("it was built for {built_for}, and this machine has {here}: {way_out}")]
    OtherMachine {
        /// What it was built for.
        built_for: String,
        /// What this machine has.
        here: &'static str,
        /// How to build it for this one.
        way_out: &'static str,
    },
    /// The system would not know what to do with it.
    #[error(
        "it is not a program: it needs a first line such as `#!/bin/sh`, or its interpreter as the command and its path as \
         an argument"
    )]
    NotAProgram,
    /// What its first line names is not here.
    #[error("its first line names {interpreter}, which is not here: install it, or change the line")]
    NoInterpreter {
        /// The path in the line.
        interpreter: String,
    },
    /// What loads it is not here, as musl's is not where only glibc is.
    #[error("the loader that it was linked for is not here: build it for this system, or link it statically")]
    NoLoader(#[source] io::Error),
    /// Its working directory is not there.
    #[error("its working directory {} is not there: check the path", .0.display())]
    NoDirectory(PathBuf),
    /// The system refused for another reason.
    #[error("{0}")]
    Other(#[source] io::Error),
}

/// The path of the program, as a process with this `PATH` and working directory finds it.
///
/// # Errors
///
/// It can be told that it will not start.
pub(super) fn find(program: &Path, path: &OsStr, directory: Option<&Path>) -> Result<PathBuf, ProgramError> {
    if let Some(directory) = directory.filter(|directory| !directory.is_dir()) {
        return Err(ProgramError::NoDirectory(directory.to_owned()));
    }
    let is_name = program.components().count() == 1 && program.file_name() == Some(program.as_os_str());
    let found = if is_name {
        let found = std::env::split_paths(path).map(|folder| folder.join(program)).find(|it| is_executable(it));
        found.ok_or(ProgramError::NotOnPath)?
    } else {
        std::path::absolute(program).map_err(ProgramError::Other)?
    };
    check(&found)?;
    Ok(found)
}

fn check(program: &Path) -> Result<(), ProgramError> {
    let metadata = fs::metadata(program).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => ProgramError::Missing(error),
        _ => ProgramError::Other(error),
    })?;
    if !metadata.is_file() {
        return Err(ProgramError::NotAFile);
    }
    if !is_executable(program) {
        return Err(ProgramError::NotExecutable(program.to_owned()));
    }
    let mut head = Vec::new();
    match File::open(program).and_then(|file| file.take(256).read_to_end(&mut head)) {
        Ok(_) => judge(&head, Machine::HERE),
        // It may be executed and not read, and then it is only known to the system what it is.
        Err(_) => Ok(()),
    }
}

#[cfg(unix)]
fn is_executable(program: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;

    fs::metadata(program).is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(program: &Path) -> bool {
    program.is_file()
}

/// What programs are built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Machine {
    system: &'static str,
    processor: &'static str,
}

impl Machine {
    const HERE: Self = Self { system: std::env::consts::OS, processor: std::env::consts::ARCH };
}

/// What the first bytes of a file say about it, on this machine.
fn judge(head: &[u8], here: Machine) -> Result<(), ProgramError> {
    if let Some(rest) = head.strip_prefix(b"#!") {
        return interpreter(rest).map_or(Ok(()), |interpreter| Err(ProgramError::NoInterpreter { interpreter }));
    }
    let Some(machine) = elf_machine(head) else {
        // Others have formats of their own, and more than one.
        return if here.system == "linux" { Err(ProgramError::NotAProgram) } else { Ok(()) };
    };
    let processor = processor(machine);
    if here.system != "linux" {
        let built_for = format!("Linux on {processor}");
        let way_out = "build it for this system, with `cargo build`";
        return Err(ProgramError::OtherMachine { built_for, here: here.system, way_out });
    }
    if processor == here.processor || is_emulated(&processor) {
        return Ok(());
    }
    let way_out = match here.processor {
        "x86_64" => "build it for this one, with `cargo lambda build --x86-64` or `cargo build`",
        "aarch64" => "build it for this one, with `cargo lambda build --arm64` or `cargo build`",
        _ => "build it for this one, with `cargo build`",
    };
    Err(ProgramError::OtherMachine { built_for: processor, here: here.processor, way_out })
}

/// The `e_machine` of an ELF file.
fn elf_machine(head: &[u8]) -> Option<u16> {
    let bytes = [*head.get(18)?, *head.get(19)?];
    let is_little_endian = head.get(5) != Some(&2);
    head.starts_with(b"\x7fELF")
        .then(|| if is_little_endian { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
}

/// As Rust calls it.
fn processor(machine: u16) -> String {
    match machine {
        3 => "x86".to_owned(),
        40 => "arm".to_owned(),
        62 => "x86_64".to_owned(),
        183 => "aarch64".to_owned(),
        243 => "riscv64".to_owned(),
        other => format!("a processor that ELF numbers {other}"),
    }
}

/// Whether the system has been told to run programs for this processor by another program, such as QEMU; or by itself.
fn is_emulated(processor: &str) -> bool {
    let is_32_bits_of_it = processor == "x86" && cfg!(target_arch = "x86_64");
    is_32_bits_of_it || Path::new("/proc/sys/fs/binfmt_misc").join(format!("qemu-{processor}")).exists()
}

/// The interpreter that the rest of a first line names, if it is not here.
fn interpreter(rest: &[u8]) -> Option<String> {
    let line = rest.split(|byte| *byte == b'\n').next()?;
    let text = String::from_utf8_lossy(line);
    let interpreter = text.trim_start().split([' ', '\t']).next().filter(|it| !it.is_empty())?;
    (!Path::new(interpreter).exists()).then(|| interpreter.escape_debug().to_string())
}

#[cfg(test)]
mod tests;
