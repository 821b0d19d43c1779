//! Processings of records whose stream or shard the event did not name.
//!
//! What only telemetry needs decides no record's fate, so a consumer processes such a record, and its line says that the
//! name is unknown. The sequence number names the record as well, as long as only one place of the history has it.

use std::collections::HashMap;

use super::checker::Checker;
use super::names::{Name, Names, is_unknown};
use super::number::Number;
use super::processing::Processing;
use super::put::Put;

/// Gives the stream and shard of the put with the same number to every such processing; those without one stay as they are.
pub(super) fn place(checker: &mut Checker, puts: &[Put], processings: &mut [Processing]) {
    let mut unplaced: Vec<_> = processings.iter_mut().filter(|it| it.is_unplaced).collect();
    if unplaced.is_empty() {
        return;
    }
    let places = places(puts, &checker.names);
    for processing in &mut unplaced {
        let Some(&Some((stream, shard))) = places.get(&processing.found.number) else { continue };
        let names = &checker.names;
        let may_be = |own: Name, other: Name| own == other || is_unknown(names.text(own));
        if may_be(processing.stream, stream) && may_be(processing.found.shard, shard) {
            (processing.stream, processing.found.shard) = (stream, shard);
            processing.is_unplaced = false;
            checker.functions.insert(processing);
        }
    }
}

/// Where the record of each number is; `None` where several places have it.
fn places(puts: &[Put], names: &Names) -> HashMap<Number, Option<(Name, Name)>> {
    let mut places = HashMap::new();
    for put in puts {
        let Some(told) = put.told else { continue };
        let place = (names.stream_of(put.key), told.shard);
        let known = places.entry(told.number).or_insert(Some(place));
        *known = known.filter(|known| *known == place);
    }
    places
}
