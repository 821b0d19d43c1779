//! How large a report gets.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use fastrand::Rng;
use kinetrace::history::{ProcessOutcome, Relation, TraceIds};
use std::io::Read as _;

use super::made::{process, put};
use super::viewer::Viewer;
use crate::page::Model;
use crate::page::report::Report;

/// As in production: every id is random, and numbers ascend by what nobody can foresee.
fn history(records: u64, keep: usize) -> Model {
    let mut model = Model::of_history("production.log", keep);
    let mut random = Rng::with_seed(7);
    let mut number = 49_590_338_271_490_256_608_559_692_538_361_571_u128;
    let (mut trace, mut span) = (Rng::with_seed(8), Rng::with_seed(9));
    let mut ids = || TraceIds::new(format!("{:032x}", trace.u128(..)), format!("{:016x}", span.u64(..)));
    for index in 0..records {
        number += random.u128(1..10_000_000_000);
        let context = ids();
        let mut line = put(index, index * 2);
        line.start.0 += random.u64(..2_000);
        line.end.0 += random.u64(..9_000);
        line.group = format!("N{}", random.u32(10_000..14_000));
        line.sequence_number = Some(format!("{number}0000000000000000000").into());
        line.context = Some(context.clone());
        let request = format!(
            "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
            random.u32(..),
            random.u16(..),
            random.u16(..0xfff),
            random.u16(..0xfff),
            random.u64(..0xffff_ffff_ffff)
        );
        let mut done = process(index, index * 2 + 20, &request, ProcessOutcome::Succeeded);
        done.start.0 += random.u64(..60_000);
        done.end.0 = done.start.0 + random.u64(200..9_000);
        done.sequence_number = line.sequence_number.clone().unwrap();
        done.group = Some(line.group.as_str().into());
        done.span = Some(TraceIds::new(context.trace_id.clone(), ids().span_id));
        (done.context, done.relation) = (Some(context), Some(Relation::Parent));
        model.put(&line, None);
        if index % 1_000 == 0 {
            let mut failed = done.clone();
            (failed.outcome, failed.request_id) = (ProcessOutcome::Failed, format!("failed-{index}").into());
            failed.end.0 -= 100;
            model.process(&failed);
        }
        model.process(&done);
    }
    model.finish();
    model
}

fn opened(html: &str) -> Viewer {
    let (_, rest) = html.split_once("id=\"data\">").unwrap();
    let packed = BASE64.decode(rest.split_once('<').unwrap().0).unwrap();
    let mut json = String::new();
    flate2::read::ZlibDecoder::new(&packed[..]).read_to_string(&mut json).unwrap();
    let mut viewer = Viewer::default();
    viewer.take(&json);
    viewer
}

#[test]
fn a_small_report_has_everything() {
    let report = Report::of(&mut history(300, 1_000)).unwrap();
    assert!(report.omitted.is_empty(), "{:?}", report.omitted);
    let viewer = opened(&report.html);
    assert!(viewer.column("records", "trace").iter().all(|id| id.as_str().unwrap().len() == 32));
    assert!(viewer.column("invocations", "request").iter().all(|id| !id.as_str().unwrap().is_empty()));
}

#[test]
fn what_does_not_fit_is_left_out_from_the_oldest_on_and_named_but_of_nothing_remarkable() {
    let mut model = history(4_000, 10_000);
    let largest = Report::of(&mut model).unwrap().html.len();
    let report = Report::within(&mut model, largest * 3 / 4).unwrap();
    assert!(report.html.len() <= largest * 3 / 4);
    let viewer = opened(&report.html);
    assert!(
        viewer.whole["omitted"].as_array().unwrap().iter().any(|it| it.as_str().unwrap().contains("ids of")),
        "{report:?}"
    );
    let requests = viewer.column("invocations", "request");
    assert!(requests.iter().any(|id| id == "failed-0"), "of record 0, which failed at first, everything is there");
    let spans = viewer.column("records", "span");
    let shown = |span: &serde_json::Value| !span.as_str().unwrap().is_empty();
    assert!(shown(&spans[0]) && !shown(&spans[1]) && shown(&spans[1_000]) && shown(spans.last().unwrap()));
}

#[test]
fn even_a_page_of_remarkable_records_only_gets_no_larger_than_it_may() {
    let mut model = Model::of_history("bad day", 10_000);
    (0..3_000).for_each(|number| {
        let mut line = put(number, number);
        let mut random = Rng::with_seed(number);
        line.context = Some(TraceIds::new(format!("{:032x}", random.u128(..)), format!("{:016x}", random.u64(..))));
        model.put(&line, None);
    });
    model.finish();
    let all = Report::of(&mut model).unwrap().html.len();
    let empty = Report::of(&mut Model::of_history("bad day", 1)).unwrap().html.len();
    let largest = empty + (all - empty) / 2;
    let report = Report::within(&mut model, largest).unwrap();
    assert!(report.html.len() <= largest, "{} of {largest}", report.html.len());
    assert!(report.omitted[0].contains("more records"), "{:?}", report.omitted);
    assert_eq!(opened(&report.html).column("records", "sequence").last().unwrap(), "2999");
}

/// Puts without an answer, each of its own key: all are remarkable, and the keys are most of the page.
fn unanswered(records: u64) -> Model {
    let mut model = Model::of_history("bad day", 10_000);
    let mut random = Rng::with_seed(11);
    for number in 0..records {
        let mut line = put(number, number);
        (line.group, line.context) = ((0..256).map(|_| random.alphanumeric()).collect(), None);
        model.put(&line, None);
    }
    model.finish();
    model
}

#[test]
fn the_keys_of_records_that_have_no_room_take_none() {
    let mut model = unanswered(400);
    let all = Report::of(&mut model).unwrap().html.len();
    let empty = Report::of(&mut unanswered(0)).unwrap().html.len();
    let report = Report::within(&mut model, empty + (all - empty) / 2).unwrap();
    let viewer = opened(&report.html);
    let (kept, keys) =
        (viewer.column("records", "key").len(), viewer.texts.iter().filter(|it| it.len() == 256).count());
    assert!(kept >= 100, "{kept}");
    assert_eq!(keys, kept);
}

#[test]
fn a_page_that_has_no_room_for_one_record_is_an_error_that_names_the_way_out() {
    let empty = Report::of(&mut unanswered(0)).unwrap().html.len();
    let error = Report::within(&mut unanswered(100), empty).unwrap_err().to_string();
    assert!(error.contains("1 of the 100 records") && error.contains("--keep"), "{error}");
}

/// Some seconds with optimisation, minutes without: `cargo test --release -p kinetrace-cli -- --ignored`.
#[test]
#[ignore = "takes minutes without optimisation"]
fn a_report_of_a_hundred_thousand_records_is_below_five_mebibytes() {
    let report = Report::of(&mut history(100_000, 100_000)).unwrap();
    assert!(report.html.len() < 5 << 20, "{}", report.html.len());
    let viewer = opened(&report.html);
    assert_eq!(viewer.column("records", "key").len(), 100_000);
    eprintln!("{} bytes; {:?}", report.html.len(), report.omitted);
}

#[test]
fn a_report_asks_nothing_of_other_hosts() {
    let report = Report::of(&mut history(10, 10)).unwrap();
    // Names of licences and of the SVG namespace are not requests: what matters is what a browser would fetch.
    for fetched in
        ["src=\"", "src='", "url(http", "@import", "href=\"http", "import(\"http", "from \"http", "fetch(\"http"]
    {
        assert!(!report.html.contains(fetched), "{fetched}");
    }
    assert!(report.html.contains("default-src 'none'"));
}
