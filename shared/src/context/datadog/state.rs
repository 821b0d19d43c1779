//! What a Datadog tracer said of a trace, in its own list member of a `tracestate`: `dd=s:2;o:rum;p:…;t.dm:-4`.
//!
//! Tracers that read Datadog's own fields first take a decision, an origin and tags from there, and not from the `tracestate`.

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    /// As in `x-datadog-sampling-priority`.
    pub(super) priority: Option<i64>,
    /// The product that the trace began in.
    pub(super) origin: Option<String>,
    /// `_dd.p.name=value` each, but for the upper half of the trace id, which the trace id itself tells.
    pub(super) tags: Vec<String>,
}

impl State {
    pub(super) fn read(tracestate: &str) -> Self {
        let mut state = Self::default();
        let Some(list) = tracestate.split(',').find_map(|member| member.trim().strip_prefix("dd=")) else {
            return state;
        };
        for (name, value) in list.split(';').filter_map(|part| part.split_once(':')).filter(|part| is_plain(*part)) {
            // A `tracestate` has no room for `=`.
            let value = value.replace('~', "=");
            match name {
                "s" => state.priority = value.parse().ok(),
                "o" => state.origin = Some(value),
                "t.tid" => {}
                _ => {
                    let tag = name.strip_prefix("t.").filter(|name| !name.is_empty());
                    state.tags.extend(tag.map(|name| format!("_dd.p.{name}={value}")));
                }
            }
        }
        state
    }

    /// Without the decision, and the word on who made it, if a service has decided otherwise since.
    pub(super) fn for_a_trace_that_is(mut self, sampled: bool) -> Self {
        if self.priority.is_some_and(|priority| (priority > 0) != sampled) {
            self.priority = None;
            self.tags.retain(|tag| !tag.starts_with("_dd.p.dm="));
        }
        self
    }
}

/// One part that is not costs a tracer all tags.
fn is_plain((name, value): (&str, &str)) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    name.bytes().all(is_name) && !value.is_empty() && value.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(priority: Option<i64>, origin: Option<&str>, tags: &[&str]) -> State {
        State { priority, origin: origin.map(str::to_owned), tags: tags.iter().map(|&tag| tag.to_owned()).collect() }
    }

    #[test]
    fn a_tracers_own_list_member_is_read_wherever_it_stands_and_others_are_not() {
        let table = [
            ("", state(None, None, &[])),
            ("rojo=00f067aa0ba902b7", state(None, None, &[])),
            (
                "dd=s:2;o:rum;t.dm:-4;t.usr.id:baz64~~",
                state(Some(2), Some("rum"), &["_dd.p.dm=-4", "_dd.p.usr.id=baz64=="]),
            ),
            ("rojo=1, dd=s:-1;p:00f067aa0ba902b7", state(Some(-1), None, &[])),
            ("dd=t.tid:4bf92f3577b34da6;t.ksr:0.5", state(None, None, &["_dd.p.ksr=0.5"])),
            ("dd=s:yes;t.:x;t.a b:x;t.é:x;o:é;t.ok:é;t.ko:;odd;;:", state(None, None, &[])),
            ("add=s:2,ddd=s:2", state(None, None, &[])),
        ];
        for (tracestate, expected) in table {
            assert_eq!(State::read(tracestate), expected, "{tracestate}");
        }
    }

    #[test]
    fn a_decision_counts_only_for_a_trace_that_was_decided_so() {
        for (priority, sampled, counts) in [
            (2, true, true),
            (1, true, true),
            (0, true, false),
            (-1, true, false),
            (-1, false, true),
            (2, false, false),
        ] {
            let tracestate = format!("dd=s:{priority};t.dm:-4;t.usr:1");
            let state = State::read(&tracestate).for_a_trace_that_is(sampled);
            assert_eq!(state.priority, counts.then_some(priority), "{tracestate}, {sampled}");
            let tags: &[&str] = if counts { &["_dd.p.dm=-4", "_dd.p.usr=1"] } else { &["_dd.p.usr=1"] };
            assert_eq!(state.tags, tags, "{tracestate}, {sampled}");
        }
    }
}
