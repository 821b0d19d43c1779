//! The same handler, which does nothing, in other people's tracers and in ours: what each costs more than plain `lambda_runtime`.
//! `benches/rivals/run` builds and installs all of them, and starts this.
//!
//! In the order of the data: [`function`], and its [`size`]: what is compared; [`payload`], [`event`]: what all of them get; [`environment`]: a
//! process and its [`process`] numbers, the [`exchange`] that it talks to by the [`runtime_api`], and the [`collector`] with its
//! [`spans`]; [`costs`], [`starts`] and [`instructions`]: what is measured; [`report`]: the tables, of [`sample`]s.

mod arguments;
mod collector;
mod costs;
mod environment;
mod error;
mod event;
mod exchange;
mod function;
mod instructions;
mod payload;
mod process;
mod report;
mod runtime_api;
mod sample;
mod size;
mod spans;
mod starts;
#[path = "../../../../testbed/src/table.rs"]
mod table;

use clap::Parser as _;

use arguments::Arguments;
use error::Error;
use function::Function;

#[tokio::main]
async fn main() -> std::process::ExitCode {
    match run(&Arguments::parse()).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("rivals: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<(), Error> {
    let chosen = function::chosen(&arguments.root, &arguments.only)?;
    if arguments.needs {
        chosen.iter().for_each(|function| println!("{}", function.needs()));
        return Ok(());
    }
    if arguments.instructions {
        let native: Vec<Function> = chosen.into_iter().filter(|function| function.is_native()).collect();
        let counted = instructions::count(&arguments.root, &native, &arguments.batches()).await?;
        println!("{}", report::instructions(&counted));
        return Ok(());
    }
    let starts = starts::measure(&arguments.root, &chosen, arguments.starts()).await?;
    let (costs, peaks) = costs::measure(&arguments.root, &chosen, &arguments.batches(), arguments.rounds()).await?;
    println!("{}\n\n{}", report::starts(&starts, &peaks), report::costs(&costs));
    let is_as_expected = |function: &&Function| {
        let mut costs = costs.iter().filter(|costs| costs.function == function.name);
        costs.all(|costs| (costs.spans > 0) == function.has_spans())
    };
    if let Some(function) = chosen.iter().find(|function| !is_as_expected(function)) {
        return Err(Error::Spans { name: function.name, are_expected: function.has_spans() });
    }
    Ok(())
}
