//! `local`: your own functions on a local stream, and a page to look at them.
//!
//! ```text
//! template, flags ─▶ deployment ─▶ world ─▶ observer ─▶ ledger ─▶ checker, page, history
//! input ─▶ feed ─────────────────────▲
//! ```

mod account;
mod backlog;
mod bodies;
mod command;
mod conclusion;
mod configuration;
mod control;
pub(crate) mod deployment;
mod environments;
mod expected;
mod feed;
pub(crate) mod flags;
mod history_file;
mod input;
mod interrupts;
mod introduction;
mod judge;
mod ledger;
mod messages;
pub(crate) mod nearest;
pub(crate) mod numbered;
mod observer;
mod on_failure;
mod outside;
mod pace;
mod ports;
pub(crate) mod program;
mod readiness;
mod run;
mod running;
mod scene;
mod seen;
mod servers;
pub(crate) mod template;
mod through_function;
mod through_publisher;
mod told;
mod typed;
mod variables;
mod witness;
mod world;

use std::path::PathBuf;

pub(crate) use run::run;

/// Run your own functions on a local stream with Lambda's semantics, and look at them.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    deployment: flags::Arguments,
    #[command(flatten)]
    input: input::InputArguments,
    /// End with the verdict once all of --input is processed, in place of waiting for Ctrl-C
    #[arg(long, requires = "input")]
    once: bool,
    /// Write the history there, for `kinetrace verify` and `kinetrace report`
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    /// So many records are kept on the page
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    keep: usize,
    /// So many seconds may pass at the end until what is in flight is processed
    // An environment that hangs while it begins is given up after 10 s alone.
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    grace: u64,
    /// Take a new build of a function between two invocations
    #[arg(long)]
    watch: bool,
    /// Do not show what functions write
    #[arg(long)]
    quiet: bool,
    #[command(flatten)]
    ports: ports::Ports,
}
