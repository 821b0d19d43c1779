//! What is said where nobody may be listening to deliveries: that records stop going.

use std::sync::atomic::{AtomicBool, Ordering};

use kinetrace::complain;

use super::builder::Settings;
use super::pending::Pending;
use crate::outbox::{Halt, Settlement, Why};

/// A warning about the first record of a publisher that was given up.
/// The metrics count them all.
#[derive(Debug, Default)]
pub(super) struct Complaint {
    was_made: AtomicBool,
}

impl Complaint {
    pub(super) fn about(&self, settings: &Settings, Settlement { parcel, result, .. }: &Settlement<Pending>) {
        let key = settings.trace.key_names.name(&parcel.group);
        let Some(line) = line(&settings.stream, &key, result.as_ref().err()) else { return };
        if !self.was_made.swap(true, Ordering::Relaxed) {
            complain(line);
        }
    }
}

/// Those that were halted came behind one that was given up, and that has a line.
fn line(stream: &str, group: &str, why: Option<&Why>) -> Option<String> {
    match why? {
        Why::Put { attempts, cause, .. } => Some(format!(
            "a record of group {group:?} could not be published to {stream}, {attempts} attempt(s): {cause}; further \
             ones are only counted, in messaging.client.sent.messages by error.type"
        )),
        Why::Halt(Halt::Group(_) | Halt::TooMany(_) | Halt::All(_) | Halt::Closed) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_about_a_record_that_was_given_up_for_its_own_sake() {
        let put = Why::Put { attempts: 3, cause: "throttled".into(), permanent: false };
        let text = line("flights", "N14228", Some(&put)).unwrap();
        assert!(["N14228", "flights", "3 attempt", "throttled"].iter().all(|word| text.contains(word)), "{text}");
        for halt in [Halt::Group("".into()), Halt::TooMany(1), Halt::All("".into()), Halt::Closed] {
            assert_eq!(line("flights", "N14228", Some(&Why::Halt(halt))), None);
        }
        assert_eq!(line("flights", "N14228", None), None);
    }
}
