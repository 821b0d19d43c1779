//! A deployment as text, which a test compares.

use std::fmt::{Debug, Write as _};
use std::path::Path;

use kinetrace_testbed::event_source_mapping::Settings;

use super::super::super::deployment::{Deployment, FunctionPlan, MappingPlan};
use super::folder;

/// A deployment in lines, without what differs from one machine to the next.
pub(super) fn lines(deployment: &Deployment) -> String {
    let mut text = String::new();
    for stream in &deployment.streams {
        writeln!(text, "stream {}, {} shards", stream.name, stream.shards).unwrap();
    }
    deployment.functions.iter().for_each(|function| text.push_str(&of_function(function)));
    deployment.mappings.iter().for_each(|mapping| text.push_str(&of_mapping(mapping)));
    for note in &deployment.notes {
        writeln!(text, "note {}: {}", note.place, note.text).unwrap();
    }
    // A virtual environment of those who run the tests.
    if let Some(environment) = std::env::var_os("VIRTUAL_ENV") {
        text = text.replace(&*Path::new(&environment).join("bin/python3").to_string_lossy(), "python3");
    }
    let exe = std::env::current_exe().unwrap();
    text.replace(&*exe.to_string_lossy(), "PROGRAM").replace(&*folder().to_string_lossy(), "FOLDER")
}

fn of_function(function: &FunctionPlan) -> String {
    let FunctionPlan { name, program, env, timeout, memory_mb, reserved_concurrency } = function;
    let mut text = format!("function {name}, {timeout:?}, {memory_mb} MB, reserved {reserved_concurrency:?}\n");
    writeln!(text, "  {} {}", program.command.display(), program.args.join(" ")).unwrap();
    let directory = program.directory.as_ref().map(|it| it.display().to_string()).unwrap_or_default();
    writeln!(text, "  in {directory}, handler {}, watched {:?}", program.handler, program.watched).unwrap();
    env.iter().for_each(|(name, value)| writeln!(text, "  {name}={value}").unwrap());
    text
}

fn of_mapping(mapping: &MappingPlan) -> String {
    let MappingPlan { stream, function, settings, enabled, on_failure } = mapping;
    let reads = if *enabled { "reads" } else { "does not read" };
    let mut text = format!("mapping of {stream} to {function} {reads}, discards into {on_failure:?}\n");
    let default = Settings::default();
    let mut line = |name: &str, its: &dyn Debug, default: &dyn Debug| {
        let (its, default) = (format!("{its:?}"), format!("{default:?}"));
        if its != default {
            writeln!(text, "  {name}: {its}").unwrap();
        }
    };
    line("batch size", &settings.batch_size, &default.batch_size);
    line("parallelization factor", &settings.parallelization_factor, &default.parallelization_factor);
    line("retries", &settings.maximum_retry_attempts, &default.maximum_retry_attempts);
    line("bisect", &settings.bisect_batch_on_function_error, &default.bisect_batch_on_function_error);
    line("report failures", &settings.report_batch_item_failures, &default.report_batch_item_failures);
    line("batching window", &settings.maximum_batching_window, &default.maximum_batching_window);
    line("tumbling window", &settings.tumbling_window, &default.tumbling_window);
    line("record age", &settings.maximum_record_age, &default.maximum_record_age);
    line("starts at", &settings.starting_position, &default.starting_position);
    line("filters", &settings.filters.patterns(), &default.filters.patterns());
    line("enhanced fan-out", &settings.enhanced_fan_out, &default.enhanced_fan_out);
    text
}
