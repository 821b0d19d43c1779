//! The tree while it grows.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::short_form;

/// Deeper than any template is, and shallow enough to walk with a function that calls itself.
const DEEPEST: usize = 100;
/// More than CloudFormation's 1 MB has room for. Aliases of aliases double what they stand for each time.
const MOST_NODES: usize = 1_000_000;

/// What a node has in addition to its content.
pub(super) struct Node {
    /// The number of its anchor; 0 is none.
    pub(super) anchor: usize,
    /// The intrinsic function that its tag stands for.
    pub(super) function: Option<String>,
}

/// A list or map that is not at its end.
struct Open {
    node: Node,
    content: Content,
    nodes_before: usize,
}

enum Content {
    List(Vec<Value>),
    Map { entries: Map<String, Value>, key: Option<Key>, merged: Vec<Value> },
}

enum Key {
    Name(String),
    /// `<<`: what follows adds the entries that are not there.
    Merge,
}

/// Takes the parts of a document in their order.
#[derive(Default)]
pub(super) struct Builder {
    open: Vec<Open>,
    /// Of each anchor: its value, and of how many nodes that is.
    anchored: HashMap<usize, (Value, usize)>,
    nodes: usize,
    root: Option<Value>,
}

impl Builder {
    pub(super) fn begin_document(&mut self) -> Result<(), String> {
        self.root.as_ref().map_or(Ok(()), |_| Err("a second document begins; a template is one".to_owned()))
    }

    /// Whether the next scalar is the name of an entry.
    pub(super) fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { content: Content::Map { key: None, .. }, .. }))
    }

    pub(super) fn key(&mut self, text: &str, is_plain: bool) -> Result<(), String> {
        let Some(Open { content: Content::Map { entries, key, .. }, .. }) = self.open.last_mut() else { return Ok(()) };
        if entries.contains_key(text) {
            return Err(format!("the key {text:?} occurs a second time in one map"));
        }
        *key = Some(if is_plain && text == "<<" { Key::Merge } else { Key::Name(text.to_owned()) });
        Ok(())
    }

    pub(super) fn begin(&mut self, node: Node, is_map: bool) -> Result<(), String> {
        if self.wants_key() {
            return Err("the key of an entry is text, not a list or a map".to_owned());
        }
        if self.open.len() >= DEEPEST {
            return Err(format!("this is nested more than {DEEPEST} levels deep"));
        }
        let content = match is_map {
            true => Content::Map { entries: Map::new(), key: None, merged: Vec::new() },
            false => Content::List(Vec::new()),
        };
        self.open.push(Open { node, content, nodes_before: self.nodes });
        Ok(())
    }

    pub(super) fn end(&mut self) -> Result<(), String> {
        let Some(Open { node, content, nodes_before }) = self.open.pop() else { return Ok(()) };
        let value = match content {
            Content::List(items) => Value::Array(items),
            Content::Map { entries, merged, .. } => Value::Object(merge(entries, merged)?),
        };
        let nodes = self.nodes - nodes_before;
        self.put(value, node, nodes)
    }

    pub(super) fn add(&mut self, value: Value, node: Node) -> Result<(), String> {
        self.put(value, node, 0)
    }

    pub(super) fn alias(&mut self, anchor: usize) -> Result<(), String> {
        if self.wants_key() {
            return Err("the key of an entry is text, not an alias".to_owned());
        }
        let anchored = self.anchored.get(&anchor).cloned();
        let (value, nodes) = anchored.ok_or("this alias is inside of what it stands for")?;
        self.nodes += nodes;
        self.put(value, Node { anchor: 0, function: None }, nodes)
    }

    /// Puts a whole value, of so many nodes below itself, to where it belongs.
    fn put(&mut self, value: Value, node: Node, nodes: usize) -> Result<(), String> {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return Err("its aliases stand for too much".to_owned());
        }
        let value = match node.function {
            Some(name) => short_form::long(&name, value),
            None => value,
        };
        if node.anchor != 0 {
            self.anchored.insert(node.anchor, (value.clone(), nodes + 1));
        }
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(value),
            Some(Content::List(items)) => items.push(value),
            Some(Content::Map { entries, key, merged }) => match key.take() {
                Some(Key::Name(name)) => drop(entries.insert(name, value)),
                Some(Key::Merge) => merged.push(value),
                None => {}
            },
        }
        Ok(())
    }

    /// The document; an empty one is null.
    pub(super) fn finished(self) -> Value {
        self.root.unwrap_or(Value::Null)
    }
}

/// Adds what `<<` names: what an entry says itself wins, and of several maps the first.
fn merge(mut entries: Map<String, Value>, merged: Vec<Value>) -> Result<Map<String, Value>, String> {
    let maps = merged.into_iter().flat_map(|value| match value {
        Value::Array(maps) => maps,
        map => vec![map],
    });
    for map in maps {
        let Value::Object(map) = map else { return Err("`<<` takes a map, or a list of maps".to_owned()) };
        for (name, value) in map {
            entries.entry(name).or_insert(value);
        }
    }
    Ok(entries)
}
