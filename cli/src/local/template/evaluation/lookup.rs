//! Functions that look something up by name.

use serde_json::{Map, Value};

use super::super::scalar_text::as_text;
use super::super::scope::REGION;
use super::values::{Evaluated, Values, list, some};
use crate::local::nearest::did_you_mean;

impl dyn Values<'_> + '_ {
    pub(super) fn reference(&mut self, argument: &Value) -> Evaluated {
        match argument {
            Value::String(name) => self.reference_to(name),
            // With AWS::LanguageExtensions, a function may stand here.
            other => {
                let name = self.text(other)?;
                self.reference_to(&name)
            }
        }
    }

    pub(super) fn reference_to(&mut self, name: &str) -> Evaluated {
        if name == "AWS::NoValue" {
            return Ok(None);
        }
        if let Some(value) = self.scope().pseudo(name).or_else(|| self.scope().parameters.values.get(name).cloned()) {
            if let Some(note) = self.scope().parameters.notes.get(name) {
                self.found(note.clone());
            }
            return Ok(Some(value));
        }
        if let Some(what) = self.scope().parameters.lack(name) {
            return Err(what);
        }
        self.name_of(name).map(some)
    }

    pub(super) fn attribute(&mut self, argument: &Value) -> Evaluated {
        let (resource, name) = match argument {
            Value::String(text) => {
                let (resource, name) =
                    text.split_once('.').ok_or_else(|| format!("Fn::GetAtt {text} names no attribute"))?;
                (resource.to_owned(), name.to_owned())
            }
            _ => {
                let items = list("Fn::GetAtt", argument, 2..=2)?;
                (self.text(&items[0])?, self.text(&items[1])?)
            }
        };
        self.attribute_of(&resource, &name).map(some)
    }

    pub(super) fn mapped(&mut self, argument: &Value) -> Evaluated {
        let items = list("Fn::FindInMap", argument, 3..=4)?;
        let (map, first, second) = (self.text(&items[0])?, self.text(&items[1])?, self.text(&items[2])?);
        let otherwise = items.get(3).and_then(|options| options.get("DefaultValue"));
        let found = self.scope().entry("Mappings", &map).and_then(|map| map.get(&first)?.get(&second));
        match (found, otherwise) {
            (Some(value), _) => Ok(Some(value.clone())),
            (None, Some(otherwise)) => self.value(otherwise),
            (None, None) => Err(self.missing_in_map(&map, &first, &second)),
        }
    }

    fn missing_in_map(&self, map: &str, first: &str, second: &str) -> String {
        let hint = |known: Option<&Map<String, Value>>, name: &str| {
            did_you_mean(name, known.into_iter().flat_map(Map::keys).map(String::as_str))
        };
        let mappings = self.scope().section("Mappings");
        let Some(entries) = mappings.and_then(|mappings| mappings.get(map)?.as_object()) else {
            return format!("Fn::FindInMap: there is no mapping {map}{}", hint(mappings, map));
        };
        let Some(entry) = entries.get(first).and_then(Value::as_object) else {
            return format!("Fn::FindInMap: mapping {map} has no {first}{}", hint(Some(entries), first));
        };
        format!("Fn::FindInMap: {first} of mapping {map} has no {second}{}", hint(Some(entry), second))
    }

    pub(super) fn imported(&mut self, argument: &Value) -> Result<String, String> {
        let name = self.value(argument)?.as_ref().and_then(as_text);
        let name = name.ok_or_else(|| format!("Fn::ImportValue takes a text, and this is {argument}"))?;
        self.found(format!("what another stack exports as {name} is not known here: it is the text {name:?}"));
        Ok(name)
    }
}

/// Three of the region, whichever is asked about.
pub(super) fn zones() -> Value {
    ["a", "b", "c"].iter().map(|zone| Value::from(format!("{REGION}{zone}"))).collect()
}
