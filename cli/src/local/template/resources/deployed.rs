//! From drafts to plans.

use std::path::Path;

use super::super::super::deployment::mapping_properties::PropertiesError;
use super::super::super::deployment::{Deployment, FunctionPlan, MappingPlan, StreamPlan};
use super::super::super::program::{self, MissingPrograms, Overrides};
use super::super::arn;
use super::super::functions;
use super::super::mappings;
use super::super::notes::Notes;
use super::super::template_error::TemplateError;
use super::Resources;
use crate::local::nearest::did_you_mean;

impl Resources<'_> {
    pub(super) fn deployed(
        mut self,
        path: &Path,
        programs: &Overrides,
        mut notes: Notes,
    ) -> Result<Deployment, TemplateError> {
        self.name_functions(&mut notes);
        self.add_streams(&mut notes);
        let functions = self.start(programs, &mut notes);
        let functions = functions.map_err(|source| TemplateError::Programs { path: path.to_owned(), source })?;
        if functions.is_empty() {
            let what = "none of its resources is a function that runs here";
            return Err(TemplateError::NotATemplate { path: path.to_owned(), what });
        }
        let is_started = |mapping: &&mappings::Draft| functions.iter().any(|it| it.name == mapping.function);
        let mappings = self.mappings.iter().filter(is_started).map(|draft| {
            plan(draft).map_err(|source| TemplateError::Mapping {
                path: path.to_owned(),
                place: draft.place.clone(),
                source: Box::new(source),
            })
        });
        let mappings = mappings.collect::<Result<Vec<_>, _>>()?;
        self.note_the_rest(&mappings, &mut notes);
        Ok(Deployment { streams: self.streams, functions, mappings, notes: notes.into_list() })
    }

    /// Gives each mapping the logical id of its function; leaves out those of functions of another stack.
    fn name_functions(&mut self, notes: &mut Notes) {
        let functions = &self.functions;
        self.mappings.retain_mut(|mapping| {
            let name = arn::function_name(&mapping.function).unwrap_or(&mapping.function);
            let is_it =
                |it: &&functions::Draft<'_>| it.code.function == name || it.function_name.as_deref() == Some(name);
            match functions.iter().find(is_it) {
                Some(function) => mapping.function.clone_from(&function.code.function),
                None => {
                    let hint = did_you_mean(name, functions.iter().map(|it| it.code.function.as_str()));
                    let what = format!("{name} is not a function of this template, and the mapping is left out{hint}");
                    notes.add(format!("{}.FunctionName", mapping.place), what);
                    return false;
                }
            }
            true
        });
    }

    /// A stream that mappings read and that is another stack's is made here, too.
    fn add_streams(&mut self, notes: &mut Notes) {
        for mapping in &self.mappings {
            if !self.streams.iter().any(|stream| stream.name == mapping.stream) {
                let name = &mapping.stream;
                let what = format!("the stream {name} is not of this template: it is made here with 1 shard");
                notes.add(&mapping.place, what);
                self.streams.push(StreamPlan { name: name.clone(), shards: 1 });
            }
        }
    }

    /// Finds the program of each function. One that nothing here would call may be without.
    fn start(&mut self, programs: &Overrides, notes: &mut Notes) -> Result<Vec<FunctionPlan>, MissingPrograms> {
        let (mut plans, mut missing) = (Vec::new(), Vec::new());
        programs.check_names(self.functions.iter().map(|it| it.code.function.as_str()))?;
        for draft in std::mem::take(&mut self.functions) {
            let name = draft.code.function.clone();
            let place = format!("Resources.{name}");
            let is_called = draft.has_url || self.mappings.iter().any(|mapping| mapping.function == name);
            match program::find(&draft.code, programs) {
                Ok(found) => {
                    found.notes.into_iter().for_each(|note| notes.add(&place, note));
                    plans.push(FunctionPlan {
                        name,
                        program: found.program,
                        env: draft.env,
                        timeout: draft.timeout,
                        memory_mb: draft.memory_mb,
                        reserved_concurrency: draft.reserved_concurrency,
                    });
                }
                Err(error) if is_called => missing.push(error),
                Err(error) => {
                    notes.add(
                        place,
                        format!("the function is left out, because no stream calls it and {}", error.what()),
                    );
                }
            }
        }
        if missing.is_empty() { Ok(plans) } else { Err(MissingPrograms(missing)) }
    }

    fn note_the_rest(&self, mappings: &[MappingPlan], notes: &mut Notes) {
        if mappings.is_empty() {
            notes.add("Resources", "no mapping reads a Kinesis stream: what is put stays in the stream");
        }
        for consumer in &self.consumers {
            notes.add(
                format!("Resources.{consumer}"),
                "a consumer of enhanced fan-out is what the mappings that name it read with, and nothing else here",
            );
        }
        if !self.without.is_empty() {
            let names = self.without.join(", ");
            notes.add("Resources", format!("these have no bearing on a local run: {names}"));
        }
    }
}

fn plan(draft: &mappings::Draft) -> Result<MappingPlan, PropertiesError> {
    let mut plan = MappingPlan::new(&draft.stream, &draft.function);
    draft.properties.apply(&mut plan)?;
    Ok(plan)
}
