//! What is cut off, broken, or handed over in pieces.

use std::collections::BTreeMap;

use super::formats::{formats, messages};
use super::*;
use crate::checker::history::scanner::Scanner;
use crate::checker::history::window::MOST;

/// Both lines about the record are missed if they are missing, so a history that is cut off holds only if nothing is.
#[test]
fn wherever_a_file_is_cut_off_nothing_is_lost_unnamed() {
    let messages = [SHARD, PRODUCE, PROCESS].map(str::to_owned);
    let whole = verdict(&messages.join("\n").into_bytes()).unwrap();
    assert!(whole.holds(), "{whole}");
    for (format, bytes) in formats(&messages) {
        for end in 0..bytes.len() {
            let Some(verdict) = verdict(&bytes[..end]) else { continue };
            let cut = || String::from_utf8_lossy(&bytes[end.saturating_sub(80)..end]).into_owned();
            assert!(!verdict.holds() || verdict == whole, "{format}, cut off at {end}: …{}\n{verdict}", cut());
        }
        assert_eq!(verdict(&bytes).as_ref(), Some(&whole), "{format}");
    }
}

/// Without a file; `None` if there is no event.
fn verdict(bytes: &[u8]) -> Option<Verdict> {
    let mut history = History { checker: Checker::new(CheckerSettings::default()), skipped: 0 };
    let Unpacked::Text(text) = unpacked(bytes).unwrap() else { panic!("it is packed") };
    history.append("h.jsonl", text, &mut Obstacles::default(), &mut |_| ()).unwrap();
    (!history.checker.is_empty()).then(|| history.checker.finish())
}

/// A line in the middle, as Docker and CloudWatch cut those that are too long; the others are read.
#[test]
fn a_message_that_is_cut_off_within_a_document_is_named_with_its_line_and_costs_itself() {
    let messages = messages();
    for cut in [messages[3].len() - 1, messages[3].len() - 20, 60, 25, 12] {
        let mut cut_off = messages.clone();
        cut_off[3].truncate(cut);
        for wrap in [wrapped_on_lines, in_one_line, in_cells, in_scalars] {
            let text = wrap(&cut_off);
            let (verdict, _) = read_bytes(&[text.as_bytes()]).unwrap();
            assert_eq!(verdict.completeness.total(Lack::UnreadableLines), 1, "{text}\n{verdict}");
            assert_eq!((verdict.totals.processings, verdict.totals.records), (3, 1), "{text}\n{verdict}");
            assert!(verdict.to_string().contains("h.jsonl:"), "{verdict}");
        }
    }
}

fn wrapped_on_lines(messages: &[String]) -> String {
    let log = |message: &String| format!("{}\n", serde_json::json!({"log": message}));
    messages.iter().map(log).collect()
}

fn in_one_line(messages: &[String]) -> String {
    let event = |message: &String| serde_json::json!({"message": message});
    serde_json::json!({"events": messages.iter().map(event).collect::<Vec<_>>()}).to_string()
}

fn in_cells(messages: &[String]) -> String {
    let row = |message: &String| format!("1,\"{}\"\n", message.replace('"', "\"\""));
    "@timestamp,@message\n".to_owned() + &messages.iter().map(row).collect::<String>()
}

/// The next line's first quote seems to end the string that was cut off.
fn in_scalars(messages: &[String]) -> String {
    let scalar = |message: &String| format!("- message: '{}\n\n    '\n  timestamp: 1\n", message.replace('\'', "''"));
    messages.iter().map(scalar).collect()
}

#[test]
fn a_document_that_breaks_off_before_another_one_is_named_and_the_other_is_read() {
    let messages = messages();
    let whole = in_one_line(&messages);
    let begins = whole.find("message").unwrap();
    for end in [12, begins, whole.len() - 300, whole.len() - 2] {
        let (verdict, _) = read_bytes(&[&whole.as_bytes()[..end], whole.as_bytes()]).unwrap();
        assert!(!verdict.completeness.is_complete(), "{}\n{verdict}", &whole[..end]);
        assert_eq!((verdict.totals.processings, verdict.totals.records), (3, 2), "{}\n{verdict}", &whole[..end]);
    }
}

/// What a text comes to, whatever it is handed over in.
fn findings(text: &[u8], chunk: impl Fn() -> usize) -> BTreeMap<String, usize> {
    let mut scanner = Scanner::default();
    let mut rest = text;
    while !rest.is_empty() {
        let (chunk, others) = rest.split_at(chunk().clamp(1, rest.len()));
        scanner.feed(chunk);
        rest = others;
    }
    scanner.finish();
    let mut found = BTreeMap::new();
    for (place, finding) in scanner.take() {
        *found.entry(format!("{place} {finding:?}")).or_default() += 1;
    }
    found
}

#[test]
fn broken_text_breaks_nothing_and_is_read_the_same_in_pieces() {
    let random = fastrand::Rng::with_seed(14);
    let random = std::cell::RefCell::new(random);
    let below = |most: usize| random.borrow_mut().usize(..most);
    let formats = formats(&messages());
    for _ in 0..2_000 {
        let mut text = formats[below(formats.len())].1.clone();
        for _ in 0..below(4) {
            let (from, other) = (below(text.len()), &formats[below(formats.len())].1);
            let to = (from + below(200)).min(text.len());
            let begin = below(other.len());
            let piece = &other[begin..(begin + below(200)).min(other.len())];
            text.splice(from..to, piece.iter().copied());
        }
        let whole = findings(&text, || usize::MAX);
        let pieces = findings(&text, || 1 + below(50));
        assert_eq!(whole, pieces, "{}", String::from_utf8_lossy(&text));
    }
}

/// An export on one line may have any length.
#[test]
fn a_document_of_any_length_takes_no_more_room_than_an_event() {
    let message = serde_json::to_string(PROCESS).unwrap();
    let event = format!("{{\"eventId\":\"39\",\"message\":{message}}},");
    let mut scanner = Scanner::default();
    scanner.feed(b"{\"events\":[");
    let (mut bytes, mut events) = (0, 0);
    let chunk = event.repeat(100);
    while bytes < 3 * MOST {
        scanner.feed(chunk.as_bytes());
        bytes += chunk.len() as u64;
        events += scanner.take().count();
        assert!(scanner.held() as u64 <= MOST + 2 * chunk.len() as u64, "{} bytes held", scanner.held());
    }
    assert!(scanner.held() < 1 << 20, "{} bytes held", scanner.held());
    scanner.feed(b"{}]}");
    scanner.finish();
    events += scanner.take().count();
    assert_eq!(events as u64, bytes / event.len() as u64);
}
