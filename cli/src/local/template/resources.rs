//! Streams, functions and mappings out of resources.

mod attributes;
mod deployed;
mod sections;

use std::path::Path;

use super::super::deployment::{Deployment, StreamPlan};
use super::super::program::Overrides;
use super::bearing::Bearing;
use super::bearing::resources::of_resource;
use super::evaluation_error::EvaluationError;
use super::notes::Notes;
use super::properties::Properties;
use super::scalar_text::as_text;
use super::scope::Scope;
use super::template_error::TemplateError;
use super::{events, functions, mappings, streams};

/// What the resources of one template are read as.
#[derive(Default)]
struct Resources<'s> {
    streams: Vec<StreamPlan>,
    functions: Vec<functions::Draft<'s>>,
    mappings: Vec<mappings::Draft>,
    /// Streams that are read with enhanced fan-out by something.
    consumers: Vec<String>,
    /// Resources and properties without a bearing.
    without: Vec<String>,
}

/// The deployment that the resources are.
///
/// # Errors
/// A property of something that runs cannot be evaluated, AWS would refuse it, or a program is missing.
pub(super) fn deployment(
    scope: &Scope,
    path: &Path,
    programs: &Overrides,
    mut notes: Notes,
) -> Result<Deployment, TemplateError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    sections::note(scope, &mut notes);
    let mut resources = Resources::default();
    resources.without.extend(scope.section("Outputs").map(|_| "Outputs".to_owned()));
    for name in scope.section("Resources").into_iter().flat_map(|resources| resources.keys()) {
        resources
            .read(scope, name, folder, &mut notes)
            .map_err(|source| TemplateError::Evaluation { path: path.to_owned(), source })?;
    }
    resources.deployed(path, programs, notes)
}

impl<'s> Resources<'s> {
    fn read(&mut self, scope: &'s Scope, name: &str, folder: &Path, notes: &mut Notes) -> Result<(), EvaluationError> {
        let place = format!("Resources.{name}");
        let Some(kind) = scope.resource_type(name) else {
            let what = if name.starts_with("Fn::") {
                "it is not understood, and what it makes is left out"
            } else {
                "it has no Type"
            };
            notes.add(place, what);
            return Ok(());
        };
        let condition = scope.resource(name).and_then(|its| as_text(its.get("Condition")?));
        if let Some(condition) = condition
            && !scope.holds(&condition, &place)?
        {
            if of_resource(kind) == Some(Bearing::Used) {
                notes.add(place, format!("it is left out, because its condition {condition} does not hold"));
            }
            return Ok(());
        }
        attributes::note(scope, name, notes);
        match kind {
            streams::STREAM => self.streams.push(streams::stream(scope, name, notes, &mut self.without)?),
            functions::SERVERLESS | functions::LAMBDA => {
                let function = functions::function(scope, name, folder, notes, &mut self.without)?;
                if kind == functions::SERVERLESS {
                    self.mappings.extend(events::mappings(&function, notes, &mut self.without)?);
                }
                self.functions.push(function);
            }
            "AWS::Lambda::EventSourceMapping" => {
                let properties = Properties::of(scope, name);
                self.mappings.extend(mappings::of_resource(&properties, notes, &mut self.without)?);
            }
            "AWS::Lambda::Url" => functions::note_url(&Properties::of(scope, name), notes, &mut self.without)?,
            "AWS::Kinesis::StreamConsumer" => self.consumers.push(name.to_owned()),
            kind => self.note(name, kind, notes),
        }
        Ok(())
    }

    /// A resource that is not made here.
    fn note(&mut self, name: &str, kind: &str, notes: &mut Notes) {
        match of_resource(kind) {
            Some(Bearing::None) => self.without.push(name.to_owned()),
            Some(Bearing::Differs(text)) => notes.add(format!("Resources.{name}"), format!("{kind}: {text}")),
            _ => notes.add(format!("Resources.{name}"), format!("{kind} is not known, and is not made here")),
        }
    }
}
