//! A viewer, which has what it was sent, as the page in the browser has it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::page::Model;

/// Columns of one table, and the number of their first row.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Rows {
    pub(super) first: u64,
    pub(super) columns: BTreeMap<String, Vec<Value>>,
}

#[derive(Debug, Default)]
pub(super) struct Viewer {
    pub(super) cursor: u64,
    pub(super) texts: Vec<String>,
    pub(super) tables: BTreeMap<String, Rows>,
    /// What was sent last of the members that come whole.
    pub(super) whole: BTreeMap<String, Value>,
}

const TABLES: [&str; 5] = ["records", "attempts", "invocations", "spans", "logs"];

impl Viewer {
    pub(super) fn open(model: &Model) -> Self {
        let mut viewer = Self::default();
        viewer.take(&model.document());
        viewer
    }

    /// Asks for what is new; returns its size in bytes.
    pub(super) fn ask(&mut self, model: &Model) -> usize {
        let change = model.changes(self.cursor);
        self.take(&change);
        change.len()
    }

    pub(super) fn take(&mut self, json: &str) {
        let message: Value = serde_json::from_str(json).unwrap();
        if message["kind"] != "change" {
            *self = Self::default();
        }
        self.cursor = message["cursor"].as_u64().unwrap();
        if let Some(texts) = message.get("texts") {
            self.texts.truncate(usize::try_from(texts["first"].as_u64().unwrap()).unwrap());
            self.texts.extend(texts["list"].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()));
        }
        TABLES.iter().for_each(|name| self.append(name, &message[*name]));
        self.change("records", &message["states"], "records");
        self.change("invocations", &message["ended"], "invocations");
        if let Some(amended) = message.get("amended") {
            let mut columns = amended["columns"].clone();
            columns["records"] = amended["records"].clone();
            self.change("records", &columns, "records");
        }
        for name in TABLES {
            let oldest = message["oldest"][name].as_u64().unwrap();
            self.drop(name, oldest);
        }
        for name in ["streams", "functions", "mappings", "present", "verdict", "omitted", "details", "title", "origin"]
        {
            if let Some(value) = message.get(name) {
                self.whole.insert(name.to_owned(), value.clone());
            }
        }
    }

    /// A column of a table.
    pub(super) fn column(&self, table: &str, column: &str) -> Vec<Value> {
        self.tables[table].columns[column].clone()
    }

    /// A column that has texts by their places.
    pub(super) fn text_column(&self, table: &str, column: &str) -> Vec<&str> {
        let place = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
        self.tables[table].columns[column].iter().map(|value| self.texts[place(value)].as_str()).collect()
    }

    fn append(&mut self, name: &str, table: &Value) {
        let rows = self.tables.entry(name.to_owned()).or_default();
        let Some(columns) = table.get("columns").and_then(Value::as_object) else { return };
        let first = table["first"].as_u64().unwrap();
        let known = rows.columns.values().next().map_or(0, Vec::len) as u64;
        // What came and went between two looks is missed.
        if known == 0 || first > rows.first + known {
            *rows = Rows { first, ..Rows::default() };
        }
        let known = rows.columns.values().next().map_or(0, Vec::len) as u64;
        assert_eq!(first, rows.first + known, "{name}: rows are missing, or come twice");
        let sums: Vec<_> = table["sums"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap()).collect();
        let lengths: Vec<_> = columns.values().map(|column| column.as_array().unwrap().len()).collect();
        assert!(lengths.windows(2).all(|pair| pair[0] == pair[1]), "{name}: {lengths:?}");
        for (name, column) in columns {
            let column = column.as_array().unwrap().clone();
            let column = if sums.contains(&name.as_str()) { summed(column) } else { column };
            rows.columns.entry(name.clone()).or_default().extend(column);
        }
    }

    fn change(&mut self, table: &str, changes: &Value, ids: &str) {
        let Some(changes) = changes.as_object() else { return };
        let rows = self.tables.get_mut(table).unwrap();
        for (index, id) in changes[ids].as_array().unwrap().iter().enumerate() {
            let row = usize::try_from(id.as_u64().unwrap() - rows.first).unwrap();
            for (name, column) in changes.iter().filter(|(name, _)| *name != ids) {
                rows.columns.get_mut(name).unwrap()[row] = column[index].clone();
            }
        }
    }

    fn drop(&mut self, table: &str, oldest: u64) {
        let rows = self.tables.get_mut(table).unwrap();
        let count = usize::try_from(oldest.saturating_sub(rows.first)).unwrap();
        for column in rows.columns.values_mut() {
            column.drain(..count.min(column.len()));
        }
        rows.first = rows.first.max(oldest);
    }
}

fn summed(column: Vec<Value>) -> Vec<Value> {
    let mut sum = 0;
    let value = |difference: Value| match difference.as_i64() {
        Some(difference) => {
            sum += difference;
            sum.into()
        }
        None => Value::Null,
    };
    column.into_iter().map(value).collect()
}
