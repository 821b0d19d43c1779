//! Functions that make texts and lists.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::super::scalar_text::as_text;
use super::cidr;
use super::values::{Evaluated, Values, list};

impl dyn Values<'_> + '_ {
    /// An argument that is a text.
    pub(super) fn text(&mut self, node: &Value) -> Result<String, String> {
        let value = self.value(node)?;
        value.as_ref().and_then(as_text).ok_or_else(|| format!("{node} is not a text"))
    }

    /// An argument that is a list of texts; a text is one with commas.
    pub(super) fn texts(&mut self, node: &Value) -> Result<Vec<String>, String> {
        let is_literal = node.is_array();
        match self.value(node)? {
            Some(Value::Array(items)) => {
                let text = |item: &Value| as_text(item).ok_or_else(|| format!("{item} in {node} is not a text"));
                items.iter().map(text).collect()
            }
            Some(Value::String(text)) if !is_literal => Ok(text.split(',').map(|it| it.trim().to_owned()).collect()),
            None => Ok(Vec::new()),
            Some(_) => Err(format!("{node} is not a list")),
        }
    }

    pub(super) fn joined(&mut self, argument: &Value) -> Result<String, String> {
        let items = list("Fn::Join", argument, 2..=2)?;
        Ok(self.texts(&items[1])?.join(&self.text(&items[0])?))
    }

    pub(super) fn divided(&mut self, argument: &Value) -> Result<Value, String> {
        let items = list("Fn::Split", argument, 2..=2)?;
        let (separator, text) = (self.text(&items[0])?, self.text(&items[1])?);
        if separator.is_empty() {
            return Err("Fn::Split has an empty separator".to_owned());
        }
        Ok(text.split(&separator).collect())
    }

    pub(super) fn selected(&mut self, argument: &Value) -> Evaluated {
        let items = list("Fn::Select", argument, 2..=2)?;
        let index = self.text(&items[0])?;
        let values = match self.value(&items[1])? {
            Some(Value::Array(values)) => values,
            Some(Value::String(text)) => text.split(',').map(|it| Value::from(it.trim())).collect(),
            _ => return Err(format!("Fn::Select takes a list, and this is {}", items[1])),
        };
        let value = index.parse().ok().and_then(|index: usize| values.get(index));
        let length = values.len();
        value.cloned().map(Some).ok_or_else(|| format!("Fn::Select asks for number {index} of {length}, from 0"))
    }

    pub(super) fn in_base64(&mut self, argument: &Value) -> Result<String, String> {
        self.text(argument).map(|text| STANDARD.encode(text))
    }

    pub(super) fn length(&mut self, argument: &Value) -> Result<Value, String> {
        let length = match self.value(argument)? {
            Some(Value::Array(items)) => items.len(),
            _ => return Err(format!("Fn::Length takes a list, and this is {argument}")),
        };
        Ok(length.into())
    }

    pub(super) fn as_json(&mut self, argument: &Value) -> Result<String, String> {
        Ok(self.value(argument)?.unwrap_or_default().to_string())
    }

    pub(super) fn blocks(&mut self, argument: &Value) -> Result<Value, String> {
        let items = list("Fn::Cidr", argument, 2..=3)?;
        let (block, count) = (self.text(&items[0])?, self.text(&items[1])?);
        let bits = items.get(2).map_or(Ok("8".to_owned()), |bits| self.text(bits))?;
        let blocks = cidr::divide(&block, &count, &bits);
        blocks
            .map(Value::from)
            .ok_or_else(|| format!("Fn::Cidr cannot make {count} blocks of {bits} bits from {block}"))
    }
}
