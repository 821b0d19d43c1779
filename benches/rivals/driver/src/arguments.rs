//! What is asked for.

use std::path::PathBuf;

use clap::Parser;

#[derive(Debug, Parser)]
#[command(about = "Compares Lambda functions of other tracers with ours, under one Runtime API and collector.")]
pub(crate) struct Arguments {
    /// Where the programs and packages are.
    #[arg(long, default_value = "target/rivals")]
    pub(crate) root: PathBuf,
    /// How often each function gets its invocations.
    #[arg(long)]
    rounds: Option<usize>,
    /// Functions whose names begin so, and `bare`: others are left out.
    #[arg(long, value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// A few records, to see that all of it works.
    #[arg(long)]
    smoke: bool,
    /// Counts the instructions of each record by callgrind, instead of taking time.
    #[arg(long)]
    pub(crate) instructions: bool,
    /// Prints what must be built or installed, and ends.
    #[arg(long, hide = true)]
    pub(crate) needs: bool,
}

impl Arguments {
    pub(crate) fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.smoke { 1 } else { 30 })
    }

    pub(crate) fn starts(&self) -> usize {
        if self.smoke { 1 } else { 20 }
    }

    pub(crate) fn batches(&self) -> Vec<usize> {
        if self.smoke { vec![1, 100] } else { vec![1, 100, 1_000] }
    }
}
