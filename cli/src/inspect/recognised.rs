//! What values are recognised as, one by one and together.

use super::part::Part;

/// What a value was recognised as.
#[derive(Debug)]
pub(super) enum Recognised {
    /// Something with records, or several.
    Parts(Vec<Part>),
    /// Something that is known and has none: what it is, and the way out.
    Stranger(String),
    /// An event whose records cannot be told apart, and why.
    Malformed(String),
    /// Nothing that is known: perhaps the data of a record.
    Unknown,
}

/// What several values are together.
#[derive(Debug, Default)]
pub(super) struct Found {
    parts: Vec<Part>,
    strangers: Vec<String>,
    malformed: Vec<String>,
    unknown: usize,
}

impl Found {
    pub(super) fn add(&mut self, recognised: Recognised) {
        match recognised {
            Recognised::Parts(parts) => self.parts.extend(parts),
            Recognised::Stranger(sentence) => self.strangers.push(sentence),
            Recognised::Malformed(reason) => self.malformed.push(reason),
            Recognised::Unknown => self.unknown += 1,
        }
    }

    /// Whether there are parts, strangers or malformed events in it.
    pub(super) fn recognised(mut self) -> Recognised {
        if self.parts.is_empty() {
            let malformed = self.malformed.into_iter().next().map(Recognised::Malformed);
            let stranger = self.strangers.into_iter().next().map(Recognised::Stranger);
            return stranger.or(malformed).unwrap_or(Recognised::Unknown);
        }
        let others = self.unknown + self.strangers.len();
        if others > 0
            && let Some(last) = self.parts.last_mut()
        {
            let example = self.strangers.first().map(|sentence| format!("; of one, {sentence}")).unwrap_or_default();
            last.notes.push(format!("JSON values next to it that hold no records: {others}{example}"));
        }
        let malformed = self.malformed.into_iter().map(|reason| Part::new("lambda_event", vec![Err(reason)]));
        self.parts.extend(malformed);
        Recognised::Parts(self.parts)
    }
}
