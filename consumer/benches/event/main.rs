//! What it costs to read an event: to records, and to payloads with the contexts that they carry, next to what a program
//! would have instead. All that a table compares is measured in turns.
//!
//! ```sh
//! cargo bench -p kinetrace-consumer --bench event
//! cargo bench -p kinetrace-consumer --bench event -- repeat kinetrace 500x634 1000    # for a profiler
//! ```

#![allow(clippy::unwrap_used, reason = "there is nobody to tell but who runs it")]

mod events;
mod ways;

use std::hint::black_box;
use std::time::{Duration, Instant};

use events::{CASES, Case};
use ways::{WAYS, Way};

/// Each way has so many turns for each case, unless that takes longer than this.
const TURNS: usize = 400;
const TIME: Duration = Duration::from_secs(30);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<_> = arguments.iter().map(String::as_str).filter(|word| *word != "--bench").collect();
    match &words[..] {
        ["repeat", way, case, times] => repeat(way, case, times.parse().unwrap()),
        _ if arguments.iter().any(|word| word == "--bench") => CASES.iter().for_each(|case| compare(case, TURNS)),
        // As a test: it works, and nothing of speed.
        _ => compare(&CASES[0], 1),
    }
}

fn repeat(way: &str, case: &str, times: usize) {
    let way = WAYS.iter().find(|it| it.name == way).unwrap();
    let event = CASES.iter().find(|it| it.name == case).unwrap().event();
    (0..times).for_each(|_| drop(black_box((way.read)(black_box(event.as_bytes())))));
}

fn compare(case: &Case, turns: usize) {
    let event = case.event();
    let mut times = vec![Vec::with_capacity(turns); WAYS.len()];
    let began = Instant::now();
    for turn in 0..turns {
        if turn > 20 && began.elapsed() > TIME {
            break;
        }
        for (way, times) in WAYS.iter().zip(&mut times) {
            let began = Instant::now();
            let read = black_box((way.read)(black_box(event.as_bytes())));
            times.push(began.elapsed());
            assert_eq!(read.count(), case.records, "{}", way.name);
        }
    }
    println!("{}: {} bytes", case.name, event.len());
    println!("{:36} {:>12} {:>10} {:>12} {:>20}", "", "µs", "µs/record", "× kinetrace", "allocations/record");
    let mut ours = 0.0;
    for (Way { name, read, is_ours }, times) in WAYS.iter().zip(&mut times) {
        times.sort();
        let micros = times[times.len() / 50].as_secs_f64() * 1e6;
        if *is_ours {
            ours = micros;
        }
        let allocations = allocation_counter::measure(|| drop(black_box(read(event.as_bytes())))).count_total;
        let (records, allocations) = (case.records as f64, allocations as f64);
        println!(
            "{name:36} {micros:12.1} {:10.3} {:12.2} {:20.2}",
            micros / records,
            micros / ours,
            allocations / records
        );
    }
    println!();
}
