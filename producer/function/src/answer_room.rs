//! How many events an answer has room for, and how much of it each of them has.
//!
//! Lambda throws an answer away that is too large, when all is published already. So what does not fit in the worst case
//! is refused before.

use kinetrace::__private::{MAX_TEXT, one_line};
use kinetrace::Injection;
use kinetrace::history::PutOutcome;
use kinetrace_producer::limits::{MAX_SEQUENCE_NUMBER, MAX_SHARD_ID};
use kinetrace_producer::{Ack, SendError};

use crate::channel::Channel;
use crate::event_result::EventResult;
use crate::response;

/// Between two results, in bytes.
const COMMA: usize = 1;

/// How often an answer may have to escape a character: a quote is `\"` in the body, and `\\\"` in an HTTP answer.
const WORST_ESCAPE: usize = 4;

/// The room for the results of one request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AnswerRoom {
    channel: Channel,
    /// Of one result, as it stands in the answer, in bytes.
    share: usize,
}

/// The answer would be larger than Lambda, or the load balancer, takes.
#[derive(Debug, thiserror::Error)]
#[error(
    "the request has {events} events, and its answer has room for the results of {most}: send them in several requests; \
     nothing was published"
)]
pub(crate) struct TooManyEventsError {
    pub(crate) events: usize,
    pub(crate) most: usize,
}

impl AnswerRoom {
    pub(crate) fn of(channel: Channel, events: usize) -> Result<Self, TooManyEventsError> {
        let room = channel.limit().saturating_sub(response::frame(channel));
        // An identifier cannot be cut, and an error's text can.
        let most = room / (channel.encoded(&longest()) + COMMA);
        if events > most {
            return Err(TooManyEventsError { events, most });
        }
        Ok(Self { channel, share: room / events.max(1) - COMMA })
    }

    /// The result of an event, with as much of an error's text as there is room for.
    pub(crate) fn result(self, settled: &Result<Ack, Box<SendError>>) -> EventResult {
        match settled {
            Ok(ack) => EventResult::Published {
                shard_id: ack.shard_id.clone(),
                sequence_number: ack.sequence_number.clone(),
                injection: ack.injection,
            },
            // The place says which event it is, and the key may be personal data: an answer may end in a destination.
            Err(error) => self.failed(&error.without_key(), error.outcome),
        }
    }

    fn failed(self, error: &str, outcome: PutOutcome) -> EventResult {
        let result = |limit| EventResult::Failed { error: one_line(error, limit).into_owned(), outcome };
        let size = |result: &EventResult| self.channel.encoded(result);
        let room = self.share.saturating_sub(size(&EventResult::Failed { error: String::new(), outcome }));
        let whole = result(MAX_TEXT);
        // What a text takes depends on how much of it is escaped.
        let to_scale = MAX_TEXT * room / size(&whole).max(1);
        let mut cut = [whole, result(room.min(MAX_TEXT)), result(to_scale)].into_iter();
        cut.find(|result| size(result) <= self.share).unwrap_or_else(|| result(room / WORST_ESCAPE))
    }
}

/// The longest result that cannot be cut.
fn longest() -> EventResult {
    EventResult::Published {
        shard_id: "s".repeat(MAX_SHARD_ID),
        sequence_number: "9".repeat(MAX_SEQUENCE_NUMBER).into(),
        injection: Some(Injection::AlreadyPresent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANNELS: [Channel; 4] = [
        Channel::Direct,
        Channel::Http,
        Channel::LoadBalancer { multi_value_headers: false },
        Channel::LoadBalancer { multi_value_headers: true },
    ];

    fn most(channel: Channel) -> usize {
        AnswerRoom::of(channel, usize::MAX).unwrap_err().most
    }

    #[test]
    fn what_is_longest_is_the_longest_that_there_is() {
        use Injection::{AlreadyPresent, Injected, NoContext, TooLarge, Unsupported};
        for injection in
            [Injected, NoContext, AlreadyPresent, TooLarge, Unsupported].map(Some).into_iter().chain([None])
        {
            let EventResult::Published { shard_id, sequence_number, .. } = longest() else { panic!() };
            let result = EventResult::Published { shard_id, sequence_number, injection };
            assert!(Channel::Http.encoded(&result) <= Channel::Http.encoded(&longest()), "{injection:?}");
        }
    }

    #[test]
    fn the_answer_for_the_most_events_taken_fits_for_all_outcomes() {
        for channel in CHANNELS {
            let most = most(channel);
            let room = AnswerRoom::of(channel, most).unwrap();
            assert!(AnswerRoom::of(channel, most + 1).is_err());
            for text in ["x", "\"", "\n", "🚀", "a\"\u{1b}"].map(|text| text.repeat(3000)) {
                let result = room.failed(&text, PutOutcome::Unknown);
                let EventResult::Failed { error, .. } = &result else { panic!("{result:?}") };
                assert!(error.contains(" bytes more]") && error.len() >= 50, "{error}");
                let answer = response::results(channel, &vec![result; most]).unwrap();
                assert!(answer.get().len() <= channel.limit(), "{channel:?}: {} bytes", answer.get().len());
            }
            let answer = response::results(channel, &vec![longest(); most]).unwrap().get().len();
            assert!(answer <= channel.limit() && channel.limit() - answer < 1000, "{channel:?}: {answer} bytes");
        }
    }

    #[test]
    fn an_answer_with_few_results_has_room_for_whole_texts() {
        let longer = "x".repeat(MAX_TEXT + 1);
        for (events, text, is_whole) in [
            (1, "x".repeat(MAX_TEXT), true),
            (1, "\"".repeat(MAX_TEXT), true),
            (5_000, "x".repeat(MAX_TEXT), true),
            (1, longer.clone(), false),
            (10_000, longer, false),
        ] {
            let room = AnswerRoom::of(Channel::Http, events).unwrap();
            let EventResult::Failed { error, .. } = room.failed(&text, PutOutcome::Failed) else { panic!() };
            assert_eq!(error == text, is_whole, "{} of {events}", error.len());
            assert!(error.len() > MAX_TEXT / 2 - 10, "{} of {events}", error.len());
        }
    }

    #[test]
    fn a_refusal_names_both_numbers() {
        let text = AnswerRoom::of(Channel::Http, 50_000).unwrap_err().to_string();
        assert!(text.contains("50000 events") && text.contains(&most(Channel::Http).to_string()), "{text}");
        assert!(AnswerRoom::of(Channel::Direct, 0).is_ok());
    }
}
