//! `Fn::Sub`.

use serde_json::{Map, Value};

use super::super::scalar_text::as_text;
use super::values::{Evaluated, Values, some};

impl dyn Values<'_> + '_ {
    pub(super) fn substituted(&mut self, argument: &Value) -> Evaluated {
        let none = Map::new();
        let (text, own) = match argument {
            Value::String(text) => (text, &none),
            Value::Array(items) => match items.as_slice() {
                [Value::String(text), Value::Object(own)] => (text, own),
                [Value::String(text)] => (text, &none),
                _ => return Err(format!("Fn::Sub takes a text, or a text and a map, and this is {argument}")),
            },
            _ => return Err(format!("Fn::Sub takes a text, or a text and a map, and this is {argument}")),
        };
        let (mut rest, mut made) = (text.as_str(), String::new());
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, after)) = after.split_once('}') else { break };
            made.push_str(before);
            // `${!Name}` stands for `${Name}`, which the program itself reads.
            match name.strip_prefix('!') {
                Some(name) => made.push_str(&format!("${{{name}}}")),
                None => made.push_str(&self.named(name.trim(), own)?),
            }
            rest = after;
        }
        Ok(some(made + rest))
    }

    fn named(&mut self, name: &str, own: &Map<String, Value>) -> Result<String, String> {
        let value = match (own.get(name), name.split_once('.')) {
            (Some(value), _) => self.value(value),
            (None, Some((resource, attribute))) => self.attribute_of(resource, attribute).map(some),
            (None, None) => self.reference_to(name),
        };
        match value.map_err(|what| format!("Fn::Sub: {what}"))? {
            Some(Value::Array(items)) => Ok(items.iter().filter_map(as_text).collect::<Vec<_>>().join(",")),
            value => value
                .as_ref()
                .and_then(as_text)
                .ok_or_else(|| format!("Fn::Sub: ${{{name}}} does not stand for a text")),
        }
    }
}
