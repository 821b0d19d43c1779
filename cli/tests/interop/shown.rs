//! What the page of a run is shown until the run is over, by the changes that its server sends.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread::JoinHandle;

use serde_json::Value;

/// A viewer that listens, from the beginning to the end.
pub(crate) struct Viewer(JoinHandle<String>);

/// What it has been sent.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    texts: Vec<Value>,
    /// The columns of each table.
    tables: BTreeMap<String, BTreeMap<String, Vec<Value>>>,
    pub(crate) verdict: Value,
}

impl Viewer {
    /// Listens to the page at this address.
    pub(crate) fn listen(page: &str) -> Self {
        let host = page.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = TcpStream::connect(host).unwrap();
        // In this version of HTTP, an answer ends with its connection and has no other frames.
        write!(stream, "GET /api/changes?since=0 HTTP/1.0\r\nhost: {host}\r\n\r\n").unwrap();
        Self(std::thread::spawn(move || {
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        }))
    }

    /// Everything, once the run is over.
    pub(crate) fn finish(self) -> Shown {
        let mut shown = Shown::default();
        let answer = self.0.join().unwrap();
        let changes = answer.lines().filter_map(|line| line.strip_prefix("data: "));
        changes.for_each(|change| shown.take(&serde_json::from_str(change).unwrap()));
        shown
    }
}

impl Shown {
    /// A table's rows, each with these columns.
    pub(crate) fn rows<const N: usize>(&self, table: &str, columns: [&str; N]) -> Vec<[&Value; N]> {
        let columns = columns.map(|column| &self.tables[table][column]);
        (0..columns[0].len()).map(|row| columns.map(|column| &column[row])).collect()
    }

    /// A text, of which the tables have the place.
    pub(crate) fn text(&self, place: &Value) -> &str {
        self.texts[usize::try_from(place.as_u64().unwrap()).unwrap()].as_str().unwrap()
    }

    fn take(&mut self, message: &Value) {
        if message["kind"] != "change" {
            *self = Self::default();
        }
        if let Some(list) = message["texts"]["list"].as_array() {
            assert_eq!(message["texts"]["first"], self.texts.len(), "texts are missing, or come twice");
            self.texts.extend(list.iter().cloned());
        }
        for table in ["records", "spans", "logs"] {
            let Some(columns) = message[table]["columns"].as_object() else { continue };
            let rows = self.tables.entry(table.to_owned()).or_default();
            for (name, column) in columns {
                rows.entry(name.clone()).or_default().extend(column.as_array().unwrap().iter().cloned());
            }
        }
        if let Some(verdict) = message.get("verdict") {
            self.verdict = verdict.clone();
        }
    }
}
