//! A deployment, as its observers introduce it. Pure.

use super::command::Names;
use super::deployment::{Deployment, MappingPlan, Program};
use super::outside::Mapped;
use crate::page::{FunctionAbout, MappingAbout};

/// What commands may name.
pub(super) fn names(deployment: &Deployment) -> Names {
    let mapping = |mapping: &MappingPlan| (mapping_name(mapping), mapping.function.clone());
    Names {
        streams: deployment.streams.iter().map(|stream| stream.name.clone()).collect(),
        functions: deployment.functions.iter().map(|function| function.name.clone()).collect(),
        mappings: deployment.mappings.iter().map(mapping).collect(),
    }
}

/// For people.
pub(super) fn mapping_name(MappingPlan { stream, function, .. }: &MappingPlan) -> String {
    format!("{stream} ─▶ {function}")
}

/// The mappings, for lines about what they do.
pub(super) fn mapped(deployment: &Deployment) -> Vec<Mapped> {
    let mapped = |MappingPlan { stream, function, .. }: &MappingPlan| Mapped {
        stream: stream.as_str().into(),
        function: function.as_str().into(),
    };
    deployment.mappings.iter().map(mapped).collect()
}

/// What the page shows of each function; `url` makes a URL from a name.
pub(super) fn functions_about(deployment: &Deployment, url: impl Fn(&str) -> String) -> Vec<FunctionAbout> {
    let functions = deployment.functions.iter().map(|function| FunctionAbout {
        name: function.name.clone(),
        url: Some(url(&function.name)),
        command: command(&function.program),
        timeout_ms: u64::try_from(function.timeout.as_millis()).unwrap_or(u64::MAX),
    });
    functions.collect()
}

/// What the page shows of each mapping.
pub(super) fn mappings_about(deployment: &Deployment) -> Vec<MappingAbout> {
    let place = |name: &str| deployment.functions.iter().position(|function| function.name == name).unwrap_or_default();
    let mappings = deployment.mappings.iter().map(|mapping| MappingAbout {
        stream: mapping.stream.clone(),
        function: place(&mapping.function),
        settings: mapping.settings.clone(),
        enabled: mapping.enabled,
    });
    mappings.collect()
}

fn command(program: &Program) -> String {
    let command = program.command.display().to_string();
    [&[command][..], &program.args].concat().join(" ")
}
