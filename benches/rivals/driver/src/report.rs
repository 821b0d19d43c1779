//! The tables.

use crate::costs::{Costs, Peak};
use crate::function::BARE;
use crate::instructions::Instructions;
use crate::starts::Starts;
use crate::table::draw;

pub(crate) fn starts(starts: &[Starts], peaks: &[Peak]) -> String {
    let bare = starts.iter().find(|it| it.function == BARE);
    let header = ["function", "MiB", "start ms p10", "median", "× bare", "processor ms", "resident MiB", "at most"];
    let rows: Vec<[String; 8]> = starts
        .iter()
        .map(|it| {
            let peak = peaks.iter().find(|peak| peak.function == it.function).map(|peak| mebibytes(peak.kib * 1024));
            [
                it.function.to_owned(),
                it.bytes.map_or("-".to_owned(), mebibytes),
                format!("{:.2}", it.wall.p10()),
                format!("{:.2}", it.wall.median()),
                ratio(it.wall.p10(), bare.map(|bare| bare.wall.p10())),
                format!("{:.2}", it.processor.p10()),
                format!("{:.1}", it.resident.median() / 1024.0),
                peak.unwrap_or_default(),
            ]
        })
        .collect();
    draw(header, 1, rows)
}

#[expect(clippy::cast_precision_loss)]
fn mebibytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1024.0 / 1024.0)
}

#[expect(clippy::cast_precision_loss)]
pub(crate) fn costs(costs: &[Costs]) -> String {
    let header = [
        "function",
        "batch",
        "answer µs p10",
        "median",
        "next µs p10",
        "median",
        "× bare",
        "processor µs/record p10",
        "median",
        "× bare",
        "spans/invocation",
    ];
    let rows: Vec<[String; 11]> = costs
        .iter()
        .map(|it| {
            let bare = costs.iter().find(|bare| bare.function == BARE && bare.batch == it.batch);
            [
                it.function.to_owned(),
                it.batch.to_string(),
                format!("{:.0}", it.answer.p10()),
                format!("{:.0}", it.answer.median()),
                format!("{:.0}", it.next.p10()),
                format!("{:.0}", it.next.median()),
                ratio(it.next.p10(), bare.map(|bare| bare.next.p10())),
                format!("{:.2}", it.record.p10()),
                format!("{:.2}", it.record.median()),
                ratio(it.record.p10(), bare.map(|bare| bare.record.p10())),
                format!("{:.1}", it.spans as f64 / it.invocations as f64),
            ]
        })
        .collect();
    draw(header, 1, rows)
}

pub(crate) fn instructions(counted: &[Instructions]) -> String {
    let rows: Vec<[String; 4]> = counted
        .iter()
        .map(|it| {
            let bare = counted.iter().find(|bare| bare.function == BARE && bare.batch == it.batch);
            let ratio = ratio(it.record, bare.map(|bare| bare.record));
            [it.function.to_owned(), it.batch.to_string(), format!("{:.0}", it.record), ratio]
        })
        .collect();
    draw(["function", "batch", "instructions/record", "× bare"], 1, rows)
}

fn ratio(value: f64, bare: Option<f64>) -> String {
    bare.map_or_else(String::new, |bare| format!("{:.2}", value / bare))
}
