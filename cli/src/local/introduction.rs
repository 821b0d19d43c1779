//! What is said at the start: what is there, and where. Pure.

use super::deployment::{Deployment, MappingPlan};
use super::scene::mapping_name;
use super::variables::Surroundings;

/// The lines of the start. `url` makes the URL of a function.
pub(super) fn introduction(
    deployment: &Deployment,
    around: &Surroundings,
    page: &str,
    url: impl Fn(&str) -> String,
) -> Vec<String> {
    let mut lines = Vec::new();
    for stream in &deployment.streams {
        let of = if stream.shards == 1 { "shard" } else { "shards" };
        lines.push(format!("stream    {}: {} {of}", stream.name, stream.shards));
    }
    let width = deployment.functions.iter().map(|function| function.name.chars().count()).max().unwrap_or_default();
    for function in &deployment.functions {
        lines.push(format!("function  {:width$}  {}", function.name, url(&function.name)));
    }
    lines.extend((0..).zip(&deployment.mappings).map(|(place, mapping): (usize, _)| {
        format!("mapping   {place}: {}, {}", mapping_name(mapping), settings(mapping))
    }));
    lines.push(format!("page      {page}"));
    lines.push("your own producers and services:".to_owned());
    lines.push(format!("  export AWS_ENDPOINT_URL_KINESIS={} AWS_REGION=us-east-1", around.kinesis));
    lines.push("  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local".to_owned());
    lines.push(format!(
        "  export OTEL_EXPORTER_OTLP_ENDPOINT={} OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
        around.collector
    ));
    lines
}

/// What is different here, if anything is.
pub(super) fn notes(notes: &[(String, String)]) -> Vec<String> {
    let title = (!notes.is_empty()).then(|| "different here:".to_owned());
    title.into_iter().chain(notes.iter().map(|(place, text)| format!("  {place}: {text}"))).collect()
}

fn settings(MappingPlan { settings, enabled, .. }: &MappingPlan) -> String {
    if !enabled {
        return "not enabled: it does not read".to_owned();
    }
    format!("BatchSize {}, ParallelizationFactor {}", settings.batch_size, settings.parallelization_factor)
}
