//! Which records each PutRecords held, and whether two of one key were ever in flight at once.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use kinetrace::{HashKey, Reader};

use crate::put_request::Entry;

#[derive(Debug, Default)]
pub(crate) struct Watch {
    calls: Mutex<Vec<Vec<String>>>,
    under_way: Mutex<HashSet<HashKey>>,
    overlaps: Mutex<Vec<String>>,
}

impl Watch {
    /// A request has come; it is in flight until the guard is dropped.
    pub(crate) fn begin(self: &Arc<Self>, entries: &[Entry]) -> UnderWay {
        self.calls.lock().unwrap().push(entries.iter().map(label).collect());
        let mut places = Vec::new();
        for entry in entries {
            if self.under_way.lock().unwrap().insert(entry.place) {
                places.push(entry.place);
            } else {
                self.overlaps.lock().unwrap().push(label(entry));
            }
        }
        UnderWay { watch: Arc::clone(self), places }
    }

    /// What each request held so far, in the order of the requests: partition keys, each with the place in its key.
    pub(crate) fn calls(&self) -> Vec<Vec<String>> {
        self.calls.lock().unwrap().clone()
    }

    /// How often each record was sent, sorted by record.
    pub(crate) fn times_sent(&self) -> Vec<(String, usize)> {
        let mut sent = self.calls().concat();
        sent.sort();
        sent.chunk_by(|a, b| a == b).map(|same| (same[0].clone(), same.len())).collect()
    }

    /// The records that came while another of their key was in flight.
    pub(crate) fn overlaps(&self) -> Vec<String> {
        self.overlaps.lock().unwrap().clone()
    }
}

fn label(entry: &Entry) -> String {
    let order = Reader::default().read(entry.data.clone().into(), None)[0].order;
    format!("{}{}", entry.partition_key, order.map_or_else(String::new, |order| order.sequence.to_string()))
}

#[derive(Debug)]
pub(crate) struct UnderWay {
    watch: Arc<Watch>,
    places: Vec<HashKey>,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut under_way = self.watch.under_way.lock().unwrap();
        self.places.iter().for_each(|place| _ = under_way.remove(place));
    }
}
