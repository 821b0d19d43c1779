//! The tables.

use kinetrace_testbed::table;

use crate::arrived::Arrived;
use crate::case::Faults;
use crate::producer::Producer;
use crate::program::Spent;
use crate::row::Row;

const HEADINGS: [&str; 12] = [
    "producer",
    "keys",
    "records",
    "rec/s",
    "to boto3",
    "CPU µs/rec",
    "to boto3",
    "MiB ready",
    "MiB peak",
    "packed",
    "late",
    "copies",
];

pub(crate) fn report(rows: &[Row]) -> String {
    let titles = [(Faults::None, "Nothing is refused:"), (Faults::Throttled, "One entry in twenty is refused:")];
    let mut report = String::new();
    for (faults, title) in titles {
        let rows: Vec<_> = rows.iter().filter(|row| row.case.faults == faults).collect();
        let cells =
            rows.iter().filter(|row| row.failure.is_none()).map(|row| cells(row, baseline(&rows, row))).collect();
        report += &format!("{title}\n\n{}\n\n", table::draw(HEADINGS, 1, cells));
    }
    for row in rows {
        let (name, keys) = (row.case.producer.name(), row.case.load.keys);
        if let Some(failure) = &row.failure {
            report += &format!("{name}, {keys} keys, faults {:?}: {failure}\n", row.case.faults);
        }
        let missing: usize = row.runs.iter().map(|(_, arrived)| arrived.missing).sum();
        if missing > 0 {
            report += &format!("{name}, {keys} keys, faults {:?}: {missing} records are missing\n", row.case.faults);
        }
    }
    report
}

fn baseline<'a>(rows: &[&'a Row], row: &Row) -> Option<&'a Row> {
    let of_same = rows.iter().filter(|other| other.case.load.keys == row.case.load.keys);
    of_same.copied().find(|other| other.case.producer == Producer::Boto3 && other.failure.is_none())
}

fn cells(row: &Row, baseline: Option<&Row>) -> [String; 12] {
    let ratio =
        |of: &dyn Fn(&Row) -> f64| baseline.map_or(String::new(), |other| format!("{:.2}", of(row) / of(other)));
    let most =
        |of: fn(&Arrived) -> usize| row.runs.iter().map(|(_, arrived)| of(arrived)).max().unwrap_or(0).to_string();
    [
        row.case.producer.name().to_owned(),
        row.case.load.keys.to_string(),
        row.case.load.records.to_string(),
        format!("{:.0}", rate(row)),
        ratio(&rate),
        format!("{:.1}", processor_micros(row)),
        ratio(&processor_micros),
        mebibytes(row, |spent| spent.ready_kib),
        mebibytes(row, |spent| spent.peak_kib),
        format!(
            "{:.1}",
            row.case.load.records as f64 / median(row.runs.iter().map(|run| run.1.kinesis_records as f64))
        ),
        most(|arrived| arrived.late),
        most(|arrived| arrived.copies),
    ]
}

fn rate(row: &Row) -> f64 {
    row.case.load.records as f64 / median(row.runs.iter().map(|run| run.0.seconds))
}

fn processor_micros(row: &Row) -> f64 {
    median(row.runs.iter().map(|run| run.0.processor_seconds)) * 1e6 / row.case.load.records as f64
}

fn mebibytes(row: &Row, of: fn(&Spent) -> u64) -> String {
    format!("{:.0}", median(row.runs.iter().map(|run| of(&run.0) as f64)) / 1024.0)
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::median;

    #[test]
    fn a_median_is_one_of_the_values() {
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), 2.0);
        assert!(median(std::iter::empty()).is_nan());
    }
}
