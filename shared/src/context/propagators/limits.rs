//! How much of a context travels: what W3C asks for, and of baggage what was chosen. What is too much goes in whole
//! members, and is counted.

use std::borrow::Cow;
use std::collections::BTreeSet;

/// Of a `tracestate`, in bytes. Vendors should propagate so much at least
/// (<https://www.w3.org/TR/trace-context/#tracestate-limits>).
pub(super) const MAX_TRACESTATE_BYTES: usize = 512;

/// Of a `tracestate` (<https://www.w3.org/TR/trace-context/#list>).
pub(super) const MAX_TRACESTATE_MEMBERS: usize = 32;

/// Larger members of a `tracestate` that is too long are the first to go.
const LARGE_TRACESTATE_MEMBER: usize = 128;

/// Of `baggage` that is read, in bytes (<https://www.w3.org/TR/baggage/#limits>).
pub(crate) const MAX_BAGGAGE_BYTES: usize = 8192;

/// Of `baggage` (<https://www.w3.org/TR/baggage/#limits>).
pub(super) const MAX_BAGGAGE_MEMBERS: usize = 64;

/// Of `baggage` that is written, in bytes, unless something else is chosen. A request has one baggage and may bring
/// thousands of events, each of which carries it: a shard that takes a thousand records a second takes a mebibyte.
pub(crate) const DEFAULT_BAGGAGE_BYTES: usize = 1024;

/// What is left of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Limited<'a> {
    pub(super) text: Cow<'a, str>,
    /// The members that were too many.
    pub(super) dropped: u64,
}

impl<'a> Limited<'a> {
    fn whole(text: &'a str) -> Self {
        Self { text: Cow::Borrowed(text), dropped: 0 }
    }

    fn some(kept: &[&str], of: usize) -> Self {
        Self { text: Cow::Owned(kept.join(",")), dropped: (of - kept.len()) as u64 }
    }
}

/// A `tracestate` of which the members that are too many are left out: first the large ones, then those at its end, as
/// W3C has it.
pub(super) fn tracestate(text: &str) -> Limited<'_> {
    let count = members(text).count();
    if text.len() <= MAX_TRACESTATE_BYTES && count <= MAX_TRACESTATE_MEMBERS {
        return Limited::whole(text);
    }
    let small = members(text).filter(|member| member.len() <= LARGE_TRACESTATE_MEMBER);
    let mut room = MAX_TRACESTATE_BYTES + 1;
    let fits = |member: &&str| {
        let left = room.checked_sub(member.len() + 1);
        room = left.unwrap_or_default();
        left.is_some()
    };
    let kept: Vec<_> = small.take(MAX_TRACESTATE_MEMBERS).take_while(fits).collect();
    Limited::some(&kept, count)
}

/// `baggage` with the members of these keys only, if there are any, and of those as many as there is room for: of the first
/// 64, the largest go first.
pub(super) fn baggage<'a>(text: &'a str, keys: Option<&BTreeSet<String>>, max_bytes: usize) -> Limited<'a> {
    let is_wanted = |member: &&str| keys.is_none_or(|keys| keys.contains(key(member)));
    let count = members(text).filter(is_wanted).count();
    if keys.is_none() && text.len() <= max_bytes && count <= MAX_BAGGAGE_MEMBERS {
        return Limited::whole(text);
    }
    let mut kept: Vec<_> = members(text).filter(is_wanted).take(MAX_BAGGAGE_MEMBERS).collect();
    let mut by_size = kept.clone();
    // The order is not that of the text, which is another each time where a context is written.
    by_size.sort_unstable_by_key(|member| (member.len(), *member));
    let mut bytes = 0;
    let fits = |member: &&&str| {
        bytes += member.len() + usize::from(bytes > 0);
        bytes <= max_bytes
    };
    let small: BTreeSet<_> = by_size.iter().take_while(fits).copied().collect();
    kept.retain(|member| small.contains(member));
    Limited::some(&kept, count)
}

fn members(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|member| !member.is_empty())
}

/// `key = value ; property` → `key`
fn key(member: &str) -> &str {
    member.split(['=', ';']).next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A member of this size.
    fn member(name: &str, bytes: usize) -> String {
        format!("{name}={}", "x".repeat(bytes - name.len() - 1))
    }

    fn list(members: &[String]) -> String {
        members.join(",")
    }

    fn names(text: &str) -> Vec<&str> {
        members(text).map(key).collect()
    }

    #[test]
    fn a_list_within_the_limits_is_not_touched() {
        for text in ["", "rojo=1", " rojo = 1 ,, congo=2;p ", "not a list"] {
            assert_eq!(tracestate(text), Limited::whole(text));
            assert_eq!(baggage(text, None, DEFAULT_BAGGAGE_BYTES), Limited::whole(text));
        }
        let full = list(&[member("a", 255), member("b", 256)]);
        assert_eq!((full.len(), tracestate(&full)), (MAX_TRACESTATE_BYTES, Limited::whole(&full)));
        assert_eq!(baggage(&full, None, full.len()), Limited::whole(&full));
    }

    #[test]
    fn of_a_tracestate_large_members_go_first_and_then_those_at_the_end() {
        let many: Vec<_> = (0..40).map(|n| format!("k{n}=v")).collect();
        let first_32: Vec<_> = (0..32).map(|n| format!("k{n}")).collect();
        let large = list(&[member("a", 400), member("b", 128), member("c", 129), member("d", 20)]);
        let long = list(&["a", "b", "c", "d", "e"].map(|name| member(name, 120)));
        let one = member("a", 14_000);
        let table: [(&str, Vec<&str>, u64); 4] = [
            (&list(&many), first_32.iter().map(String::as_str).collect(), 8),
            (&large, vec!["b", "d"], 2),
            (&long, vec!["a", "b", "c", "d"], 1),
            (&one, vec![], 1),
        ];
        for (text, expected, dropped) in table {
            let limited = tracestate(text);
            assert_eq!((names(&limited.text), limited.dropped), (expected, dropped), "{text}");
            assert!(limited.text.len() <= MAX_TRACESTATE_BYTES);
        }
    }

    /// Or the limit would be lower by what a comma takes.
    #[test]
    fn members_that_fill_a_tracestate_to_the_last_byte_stay() {
        let text = list(&[member("a", 128), member("b", 128), member("c", 128), member("d", 125), member("e", 10)]);
        let limited = tracestate(&text);
        assert_eq!((names(&limited.text), limited.text.len()), (vec!["a", "b", "c", "d"], MAX_TRACESTATE_BYTES));
    }

    #[test]
    fn the_largest_baggage_members_are_dropped_first() {
        let text = list(&[member("large", 600), member("small", 10), member("middle", 500)]);
        for (max_bytes, expected, dropped) in [
            (2000, vec!["large", "small", "middle"], 0),
            (1024, vec!["small", "middle"], 1),
            (511, vec!["small", "middle"], 1),
            (510, vec!["small"], 2),
            (9, vec![], 3),
            (0, vec![], 3),
        ] {
            let limited = baggage(&text, None, max_bytes);
            assert_eq!((names(&limited.text), limited.dropped), (expected, dropped), "{max_bytes}");
            assert!(limited.text.len() <= max_bytes);
        }
        let many: Vec<_> = (0..70).map(|n| format!("k{n}=v")).collect();
        let limited = baggage(&list(&many), None, MAX_BAGGAGE_BYTES).text.into_owned();
        assert_eq!(names(&limited).len(), MAX_BAGGAGE_MEMBERS);
    }

    /// Who names the keys has decided; only what is too much counts as dropped.
    #[test]
    fn of_baggage_only_the_keys_that_are_named_travel() {
        let keys = BTreeSet::from(["tenant".to_owned(), "region".to_owned()]);
        let large = member("tenant", 2000);
        let table = [
            ("tenant=7,user=alice", "tenant=7", 0),
            (" user=alice , tenant = 7;p=1 ,region=eu", "tenant = 7;p=1,region=eu", 0),
            ("user=alice", "", 0),
            ("ten%61nt=7,Tenant=7,tenants=7", "", 0),
            (large.as_str(), "", 1),
        ];
        for (text, expected, dropped) in table {
            let limited = baggage(text, Some(&keys), DEFAULT_BAGGAGE_BYTES);
            assert_eq!((limited.text.as_ref(), limited.dropped), (expected, dropped), "{text}");
        }
    }
}
