//! All cases once, and then again: what else the machine does meets all alike.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use kinetrace::__private::Causes;

use crate::arguments::Arguments;
use crate::arrived::{self, Arrived};
use crate::case::Case;
use crate::emulator::{Emulator, STREAM};
use crate::failure::Failure;
use crate::program::{self, Folders, Spent};
use crate::report::report;
use crate::row::Row;

pub(crate) async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let folders = folders()?;
    fs::create_dir_all(folders.installed.join("kpl"))?;
    let cases = Case::all(arguments).into_iter();
    let mut rows: Vec<_> = cases.map(|case| Row { case, runs: Vec::new(), failure: None }).collect();
    for round in 1..=arguments.rounds {
        for row in rows.iter_mut().filter(|row| row.failure.is_none()) {
            let Case { load, producer, faults } = row.case;
            match once(row.case, &folders).await {
                Ok(run) => {
                    let (name, keys, seconds) = (producer.name(), load.keys, run.0.seconds);
                    eprintln!("{round}/{}: {name}, {keys} keys, faults {faults:?}: {seconds:.2} s", arguments.rounds);
                    row.runs.push(run);
                }
                Err(failure) => row.failure = Some(Causes(failure.as_ref()).to_string()),
            }
        }
    }
    writeln!(io::stdout(), "{}", report(&rows))?;
    let failed = rows.iter().filter(|row| row.failure.is_some()).count();
    if failed > 0 { Err(format!("{failed} of {} lines failed", rows.len()).into()) } else { Ok(()) }
}

async fn once(case: Case, folders: &Folders) -> Result<(Spent, Arrived), Failure> {
    let certificate = folders.installed.join("authority.pem");
    let emulator = Emulator::start(&certificate, case.faults).await?;
    let spent = program::run(case, &emulator.endpoint, &certificate, folders).await?;
    let arrived = arrived::read(&emulator.client, STREAM, case.load.records).await?;
    Ok((spent, arrived))
}

fn folders() -> Result<Folders, Failure> {
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let installed = source.join("../../../target/rivals-producers").canonicalize();
    let installed =
        installed.map_err(|error| format!("nothing is installed: start benches/rivals/producers/run ({error})"))?;
    Ok(Folders { source, installed })
}
