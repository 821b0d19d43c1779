//! What it takes to put a context on a record.

use kinetrace::{Carrier, Fields, Record};

use crate::measurement::{Calls, Case, figures, goal, of};
use crate::payload::{TRACEPARENT, flights, parse_insert_serialise, text};

const NO_LIMIT: usize = usize::MAX;

pub(crate) fn run(calls: Calls) {
    println!("\npayload  bytes     case                              ns   × copy   allocations");
    let mut goals = Vec::new();
    for bytes in [200, 1 << 10, 64 << 10, 1 << 20] {
        for (kind, payload) in [("flights", flights(bytes)), ("text", text(bytes))] {
            let figures = figures(cases(&payload), bytes, calls);
            for it in &figures {
                let times = it.nanoseconds / of(&figures, "copy").nanoseconds;
                println!(
                    "{kind:<8} {bytes:<9} {:<26} {:>9.0} {times:>8.1} {:>6}",
                    it.name, it.nanoseconds, it.allocations
                );
            }
            goals.push((kind, bytes, figures));
        }
    }
    println!();
    for (kind, bytes, figures) in goals {
        let ns = |name: &str| of(&figures, name).nanoseconds;
        if bytes >= 64 << 10 {
            for case in ["typed: envelope", "vouched: envelope"] {
                goal(&format!("inject, {case}, {kind}, {bytes} bytes, × copy"), ns(case) / ns("copy"), "≤ 1.3");
            }
        }
        if let ("flights", Some(least)) = (kind, [(1 << 10, "≥ 10"), (1 << 20, "≥ 25")].iter().find(|it| it.0 == bytes))
        {
            let (slower, faster) = (ns("parse, insert, serialise"), ns("unknown: envelope"));
            goal(&format!("inject, unknown kind, {bytes} bytes, times as fast as a parser"), slower / faster, least.1);
        }
    }
}

fn cases(payload: &[u8]) -> Vec<Case<'_>> {
    let mut fields = Fields::default();
    fields.set("traceparent", TRACEPARENT.to_owned());
    let typed = serde_json::from_slice::<serde_json::Value>(payload).unwrap_or_default();
    let unknown = |name, carrier: Carrier| {
        let fields = fields.clone();
        let call = move |mut record: Record| (carrier.inject(&mut record, &fields, None, NO_LIMIT), record);
        Case::new(name, move || Record::new("N14228", payload), call)
    };
    let vouched = |name, carrier: Carrier| {
        let fields = fields.clone();
        let call = move |record| carrier.inject_json(record, &fields, None, NO_LIMIT);
        Case::new(name, move || Record::from_json("N14228", payload), call)
    };
    let for_typed = fields.clone();
    let typed = Case::new(
        "typed: envelope",
        move || Record::json("N14228", &typed).ok(),
        move |record| record.map(|it| Carrier::Envelope.inject_json(it, &for_typed, None, NO_LIMIT)),
    );
    vec![
        Case::new("copy", || (), |()| payload.to_vec()),
        typed,
        vouched("vouched: envelope", Carrier::Envelope),
        vouched("vouched: member", Carrier::Member),
        unknown("unknown: envelope", Carrier::Envelope),
        unknown("unknown: member", Carrier::Member),
        unknown("unknown: datadog", Carrier::Datadog),
        unknown("unknown: aggregate", Carrier::Aggregate),
        Case::new("parse, insert, serialise", || (), |()| parse_insert_serialise(payload)),
    ]
}
