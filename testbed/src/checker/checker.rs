//! What the checker keeps of a history.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::functions::Functions;
use super::last::Last;
use super::names::{KeyId, Names};
use super::processing::Processing;
use super::put::Put;
use super::settings::CheckerSettings;
use super::settled::Settled;
use super::shards::Shards;
use super::topics::Topics;
use super::verdict::Verdict;

/// Enough that looking costs little, and few enough that they take little room.
const LEAST: usize = 1 << 14;

/// Checks a history line by line.
///
/// A million lines take about 200 MiB if nothing is settled before the end. Otherwise it is as much for the lines that are
/// not settled, and about 1.2 KiB for each key: measured with one function, one producer, and a key of 36 characters for each
/// record. A clone shares what is settled, so it takes room for the other lines only.
#[derive(Debug, Clone)]
pub struct Checker {
    pub(super) settings: CheckerSettings,
    /// Shared, as what is settled is: a [clone](Clone) copies only what one of both then changes.
    pub(super) names: Arc<Names>,
    pub(super) shards: Shards,
    pub(super) topics: Topics,
    pub(super) functions: Functions,
    /// Lines that are not settled.
    pub(super) puts: Vec<Put>,
    pub(super) processings: Vec<Processing>,
    /// What is left of the others.
    pub(super) settled: HashMap<KeyId, Arc<Settled>>,
    pub(super) last: Last,
    /// Keys with records that are not where the key hashes to, because their client chose the place.
    pub(super) placed_explicitly: HashSet<KeyId>,
    /// The latest time that a line has named, in microseconds.
    pub(super) latest: u64,
    /// So many lines are collected at least before it is looked what of them is settled.
    pub(super) least: usize,
    /// So many it are the next time.
    pub(super) enough: usize,
    pub(super) has_puts: bool,
    pub(super) has_processings: bool,
    pub(super) verdict: Verdict,
}

impl Checker {
    /// Has seen nothing yet.
    pub fn new(settings: CheckerSettings) -> Self {
        Self {
            settings,
            names: Arc::default(),
            shards: Shards::default(),
            topics: Topics::default(),
            functions: Functions::default(),
            puts: Vec::new(),
            processings: Vec::new(),
            settled: HashMap::new(),
            last: Last::default(),
            placed_explicitly: HashSet::new(),
            latest: 0,
            least: LEAST,
            enough: 0,
            has_puts: false,
            has_processings: false,
            verdict: Verdict::new(settings.most_named),
        }
    }
}
