//! Which mapping a processing is of.

use kinetrace::history::Process;

use super::about::{FunctionAbout, Mapping};
use super::state::Model;

impl Model {
    /// The mapping that brought the record: that of its function, if the line names it. One that is known from a history
    /// only is added.
    pub(super) fn mapping_of(&mut self, line: &Process) -> usize {
        let stream = self.ledger.place(&line.stream);
        let name = line.function.as_deref();
        let of_stream = || self.mappings.iter().enumerate().filter(|(_, mapping)| mapping.stream == stream);
        let is_its = |(_, mapping): &(usize, &Mapping)| {
            self.functions.get(mapping.function).is_some_and(|function| function.name == name.unwrap_or_default())
        };
        // A function of a watched mapping may call itself something else.
        let watched = || of_stream().find(|(_, mapping)| mapping.enabled && mapping.settings.is_some());
        if let Some((known, _)) = of_stream().find(is_its).or_else(watched) {
            return known;
        }
        let name = name.unwrap_or_default();
        let function = self.functions.iter().position(|function| function.name == name).unwrap_or_else(|| {
            let (name, command) = (name.to_owned(), String::new());
            self.functions.push(FunctionAbout { name, url: None, command, timeout_ms: 0 });
            self.functions.len() - 1
        });
        self.mappings.push(Mapping { stream, function, settings: None, enabled: true });
        self.about_changed = self.ledger.cursor;
        self.mappings.len() - 1
    }
}
