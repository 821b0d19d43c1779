//! The programs in this folder, as the tests of several crates start them: each of those has this file as a module, and starts some of them.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A Python program, in one of the virtual environments that `interop/run` makes.
pub(crate) fn python(environment: &str, script: &str) -> Command {
    let mut command = program(interpreter(environment));
    // Nothing is written next to it.
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command.arg(repository().join("interop/python").join(script));
    command
}

/// The interpreter of one of these environments.
pub(crate) fn interpreter(environment: &str) -> PathBuf {
    repository().join("target/interop").join(environment).join("bin/python")
}

/// A Node.js program.
pub(crate) fn node(script: &str) -> Command {
    let mut command = program("node");
    command.env("NODE_PATH", repository().join("target/interop/node/node_modules"));
    // Such as that next year's SDK will want a newer Node.js.
    command.env("NODE_NO_WARNINGS", "1");
    command.arg(repository().join("interop/node").join(script));
    command
}

/// A class that `interop/run` has compiled. It lives for seconds, so its code is compiled fast, not well.
pub(crate) fn java(class: &str) -> Command {
    let installed = repository().join("target/interop/java");
    let mut command = program("java");
    command.args(["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]);
    command.arg("-Dorg.slf4j.simpleLogger.defaultLogLevel=error");
    command.arg("-cp").arg(format!("{0}/classes:{0}/lib/*", installed.display())).arg(class);
    command
}

/// With none of the variables that would configure an SDK, a tracer or a proxy.
pub(crate) fn program(path: impl AsRef<Path>) -> Command {
    let mut command = Command::new(path.as_ref());
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}

/// The crates with such tests are folders of it.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
