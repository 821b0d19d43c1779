//! Clients of other people, as they come, against the servers that a local run has for them.
//!
//! `interop/run` installs them and runs these tests; the programs that call them are in the same folder.
#![allow(clippy::unwrap_used, clippy::panic)]

mod clients;
mod printed;
#[path = "../../../interop/program.rs"]
mod program;
