//! Lines that come when what they belong to is forgotten.

use kinetrace::history::{Event, Timestamp};

use super::runs::{counts, long_run};
use super::*;

/// A line of the run, of key `a`: of the put, or of the processings, of this count.
fn is_of(event: &Event, count: u64) -> [bool; 2] {
    match event {
        Event::Produce(line) => [line.group == "a" && line.order.is_some_and(|order| order.sequence == count), false],
        Event::Process(line) => {
            [false, line.group.as_deref() == Some("a") && line.order.is_some_and(|it| it.sequence == count)]
        }
        Event::Shard(_) | Event::Partitions(_) => [false, false],
    }
}

/// What a processing of this count is put off to, far behind what was settled.
fn late(lines: &mut Vec<(u64, Event)>, count: u64, change: impl Fn(&mut Process)) {
    let (_, event) = lines.iter().find(|(_, event)| is_of(event, count)[1]).unwrap();
    let Event::Process(mut process) = event.clone() else { panic!("looked for a processing") };
    let time = lines.last().unwrap().0 + 1_000_000;
    (process.start, process.end) = (Timestamp(time), Timestamp(time + 1000));
    change(&mut process);
    lines.push((time + 1000, Event::Process(process)));
}

#[test]
fn a_copy_that_comes_when_its_record_is_forgotten_is_a_duplicate() {
    for without_count in [false, true] {
        let (live, whole, _) = long_run(1000, |lines| {
            late(lines, 20, |it| {
                if without_count {
                    it.order = None;
                }
            });
        });
        assert!(live.holds(), "{live}");
        assert_eq!(live.forgotten, Forgotten { copies: 1, ..Default::default() });
        assert_eq!(counts(&live).1, counts(&whole).1, "{live}");
        assert_eq!(live.no_overlap, whole.no_overlap);
        assert!(live.to_string().contains("1 copies came whose payload and trace were not compared"), "{live}");
    }
}

#[test]
fn a_copy_on_a_foreign_shard_is_misplaced_though_its_record_is_forgotten() {
    let (live, _, _) = long_run(1000, |lines| late(lines, 20, |it| it.shard = "high".into()));
    assert_eq!((live.placement.violations, live.forgotten.copies), (1, 1), "{live}");
}

/// The put got no answer, all others went on without it, and then it was committed after all.
#[test]
fn a_record_that_comes_when_its_successors_are_forgotten_is_out_of_order() {
    let (live, whole, most) = long_run(1000, |lines| {
        late(lines, 20, |it| it.sequence_number = "99999".into());
        let last = lines.pop().unwrap();
        lines.retain(|(_, event)| !is_of(event, 20)[1]);
        lines.push(last);
        let put = lines.iter_mut().find(|(_, event)| is_of(event, 20)[0]);
        if let Some((_, Event::Produce(put))) = put {
            unknown(put);
        }
    });
    assert_eq!((live.stream_order.violations, live.process_order.violations), (1, 1), "counted once: {live}");
    assert!(whole.stream_order.violations > 100 && whole.process_order.violations > 100, "{whole}");
    assert_eq!(live.forgotten, Forgotten { passed: 1, ..Default::default() });
    assert!(most < 300, "{most} lines were kept");
}

#[test]
fn what_is_lost_or_missing_is_found_though_what_came_after_it_is_forgotten() {
    let (live, whole, most) = long_run(1000, |lines| lines.retain(|(_, event)| !is_of(event, 20)[1]));
    assert_eq!((live.no_loss.violations, counts(&live)), (1, counts(&whole)), "{live}");
    assert!(most < 300, "{most} lines were kept");
    let (live, whole, most) = long_run(1000, |lines| lines.retain(|(_, event)| is_of(event, 20) == [false, false]));
    assert_eq!((live.completeness.total(Lack::Counts), counts(&live)), (1, counts(&whole)), "{live}");
    assert!(most < 300, "{most} lines were kept");
    let (live, whole, _) = long_run(1000, |lines| lines.retain(|(_, event)| !is_of(event, 20)[0]));
    assert_eq!((live.completeness.total(Lack::PutLines), whole.completeness.total(Lack::PutLines)), (1, 1), "{live}");
    assert_eq!(live.conclusion(), Conclusion::Incomplete, "{live}");
}
