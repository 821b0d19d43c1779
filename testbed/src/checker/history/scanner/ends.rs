//! How objects and arrays end: closed, or cut off.

use kinetrace::history::Event;

use super::Scanner;
use crate::checker::history::document::Document;
use crate::checker::history::embedding::trimmed;
use crate::checker::history::finding::{Finding, Place};
use crate::checker::history::frame::{Expects, Frame};
use crate::checker::history::window::MOST;
use crate::printable::Printable;

/// How the AWS CLI says in text that there is more.
const NEXT_TOKEN: &[u8] = b"NEXTTOKEN\t";

impl Scanner {
    pub(super) fn here(&self) -> Place {
        place(self.window.line, self.window.place() - self.window.line_begin)
    }

    /// The end of the innermost object or array.
    pub(super) fn close(&mut self) -> bool {
        self.window.advance(1);
        let end = self.window.place();
        let Some(frame) = self.frames.pop() else { return false };
        if frame.is_named && !frame.is_too_long {
            self.close_event(&frame, end);
        }
        if let Some(around) = self.frames.last_mut() {
            around.holds_events |= frame.holds_events;
            around.children += 1;
            around.inner_end = end;
            if !around.is_in_string() {
                around.expects = Expects::Comma;
            }
        }
        if frame.is_array && self.frames.len() <= 1 {
            self.document.rows(frame.children);
        }
        if self.frames.is_empty()
            && let Some(part) = self.document.part(end - frame.begin)
        {
            self.found.push((begin_of(&frame), Finding::Part(part)));
        }
        true
    }

    /// An object that is named as an event. If others hold it, it is theirs, unless it has a stream as all events have.
    fn close_event(&mut self, frame: &Frame, end: u64) {
        let text = self.window.text(frame.begin, end).and_then(|text| frame.embedding.undo(text));
        let read = match &text {
            Some(text) => {
                serde_json::from_slice::<Event>(text).map_err(|error| Printable(&error.to_string()).to_string())
            }
            None => Err("what it stands in is not what it seems to be".to_owned()),
        };
        let finding = match read {
            Ok(event) => {
                // Whatever there is in its texts, no program logged that.
                self.found.truncate(frame.found.saturating_sub(self.taken));
                Finding::Event(Box::new(event))
            }
            Err(why) if frame.has_stream || self.frames.is_empty() => Finding::Unreadable(why),
            Err(_) => return,
        };
        self.find(frame, finding);
    }

    fn find(&mut self, frame: &Frame, finding: Finding) {
        self.has_found = true;
        self.skipped = self.skipped.min(frame.skipped);
        if let Some(around) = self.frames.last_mut() {
            around.holds_events = true;
        }
        self.found.push((begin_of(frame), finding));
    }

    /// The innermost object is not JSON: so are those around it that are written as it is.
    pub(super) fn fail_level(&mut self, backslashes: u32) {
        let depth = self.frames.last().map_or(0, |frame| frame.embedding.depth);
        let index = self.frames.partition_point(|frame| frame.embedding.depth < depth);
        self.fail_from(index, backslashes);
    }

    /// Gives up this object and those in it. What broke it may begin something else, so it is looked at again.
    pub(super) fn fail_from(&mut self, index: usize, backslashes: u32) {
        let failed = self.frames.split_off(index);
        self.tell_cut(&failed, false);
        self.backslashes = backslashes;
    }

    /// Reports the events among what is cut off here, and of a document that had some.
    fn tell_cut(&mut self, failed: &[Frame], is_last: bool) {
        let mut has_claim = false;
        for frame in failed {
            // What has only begun is the event's own, if it stands in one.
            if frame.claims(self.unfinished(frame), is_last && !has_claim) {
                has_claim = true;
                let why = self.why(frame);
                self.find(frame, Finding::Unreadable(why));
            }
        }
        let Some(first) = failed.first().filter(|_| self.frames.is_empty()) else { return };
        let is_document = self.document.is_export() || failed.iter().any(|frame| frame.holds_events);
        if (is_last || is_document) && !first.claims(self.unfinished(first), is_last) {
            let what = if is_last { "the file ends in the middle of the JSON" } else { "the JSON breaks off" };
            self.found.push((begin_of(first), Finding::Cut(format!("{what} that begins here"))));
        }
        self.document = Document::default();
    }

    /// The string that it is cut off in, as far as it goes.
    fn unfinished(&self, frame: &Frame) -> &[u8] {
        match frame.expects {
            Expects::KeyEnd(begin) | Expects::TextEnd(begin) => {
                trimmed(self.window.text(begin, self.window.place())).trim_ascii_end()
            }
            _ => &[],
        }
    }

    fn why(&self, frame: &Frame) -> String {
        let text = self.window.text(frame.begin, self.window.place());
        let text = text.and_then(|text| frame.embedding.undo_cut(text));
        match text.map(|text| serde_json::from_slice::<Event>(&text)) {
            Some(Err(error)) => Printable(&error.to_string()).to_string(),
            _ => "it is cut off".to_owned(),
        }
    }

    /// A line break ends a line of a log, but in an object that is written on several it is a space. No string has one.
    pub(super) fn end_line(&mut self) {
        if self.frames.iter().any(|frame| frame.is_in_string() && !frame.embedding.is_scalar) {
            return self.fail_from(0, 0);
        }
        self.end_word();
        let line = self.window.text(self.window.line_begin, self.window.place());
        if self.frames.is_empty() && line.is_some_and(|line| line.starts_with(NEXT_TOKEN)) {
            self.found.push((
                self.here(),
                Finding::Part("it has a NEXTTOKEN: there are more events than it holds".to_owned()),
            ));
        }
        self.skipped += u64::from(!self.has_found);
        self.has_found = false;
        self.window.end_line();
    }

    /// A number, or one of the words that JSON has.
    pub(super) fn end_word(&mut self) {
        let Some(Frame { expects: Expects::WordEnd(begin), .. }) = self.frames.last() else { return };
        let word = self.window.text(*begin, self.window.place()).unwrap_or_default();
        self.document.value(word);
        if let Some(frame) = self.frames.last_mut() {
            frame.expects = Expects::Comma;
        }
    }

    /// The end of the text.
    pub(super) fn end(&mut self) {
        let failed = std::mem::take(&mut self.frames);
        self.tell_cut(&failed, true);
    }

    /// Forgets what is longer than any event.
    pub(super) fn bound(&mut self) {
        let place = self.window.place();
        for index in 0..self.frames.len() {
            let frame = &mut self.frames[index];
            if !frame.is_too_long && place - frame.begin > MOST {
                frame.is_too_long = true;
                if frame.is_named {
                    let place = begin_of(frame);
                    self.found.push((place, Finding::Unreadable("it is longer than any event".to_owned())));
                }
                (frame.is_named, frame.has_checksum) = (false, false);
            }
        }
        let keep = self.frames.iter().filter(|frame| !frame.is_too_long).map(|frame| frame.begin).min();
        self.window.forget(keep.unwrap_or(place));
    }
}

fn begin_of(frame: &Frame) -> Place {
    place(frame.line, frame.column)
}

fn place(line: u64, column: u64) -> Place {
    Place { line: line + 1, column: column + 1 }
}
