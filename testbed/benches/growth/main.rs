//! How time and memory grow with what is worked on: each picture has a curve for each kind of input, and all should be flat.
//!
//! ```sh
//! cargo bench -p kinetrace-testbed --bench growth                 # all of it, some minutes; draws docs/pictures/growth-*.svg
//! cargo bench -p kinetrace-testbed --bench growth -- objects      # or another area; or smoke: all of it, a few items
//! ```
//!
//! Times are what the best of several runs took of a processor, on one thread. Memory is what was allocated at most at one
//! moment in addition to the input, counted by the allocator. In the last column of a table, 1 is linear and 10 is quadratic:
//! what an item takes among the most items against what it takes among a tenth as many. It is for people to read, and changes
//! no exit code.

mod areas;
#[path = "../at_once.rs"]
mod at_once;
mod chart;
#[path = "../command.rs"]
mod command;
mod curve;
mod measure;
mod picture;
mod scale;
mod size;

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use command::Failure;
use size::Size;

/// Where the docs have their pictures.
const PICTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/pictures");

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    command::end("growth", run(&command::words(&arguments)))
}

fn run(words: &[&str]) -> Result<(), Failure> {
    let (size, wanted) = match words {
        ["smoke"] => (Size::SMOKE, &[][..]),
        wanted => (Size::FULL, wanted),
    };
    let areas: Vec<_> = areas::ALL
        .iter()
        .filter(|(name, _)| wanted.is_empty() || wanted.contains(name))
        .map(|(_, area)| area)
        .collect();
    if areas.len() < wanted.len() {
        let names: Vec<_> = areas::ALL.iter().map(|(name, _)| *name).collect();
        return Err(format!("{wanted:?} is not understood: say some of {names:?}, or smoke, or nothing for all").into());
    }
    for area in areas {
        let picture = area(size)?;
        writeln!(io::stdout(), "{}\n\n{}\n", picture.title, picture.rows())?;
        if size.is_full() {
            picture.write_to(Path::new(PICTURES))?;
        }
    }
    Ok(())
}
