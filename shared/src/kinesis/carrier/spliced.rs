//! A context among the first members of the payload, which must be a JSON object.

use crate::context::fields::Fields;
use crate::context::injection::Injection;
use crate::format::json_text::Known;
use crate::format::members::Members;
use crate::format::splice::Seam;
use crate::kinesis::record::Record;

/// The format of the members.
pub(super) struct Spliced {
    /// That of the first one: an object that has it carries a context.
    pub(super) name: &'static str,
    /// With none of these names in the object, that and the following need not be asked.
    pub(super) names: &'static [&'static str],
    /// All of them; `None` if the fields cannot be written there.
    pub(super) written: fn(&Fields) -> Option<Vec<u8>>,
    /// Whether a reader will tell them from the object's own.
    pub(super) can_be_told_apart: fn(&Fields, &Members<'_>) -> bool,
}

pub(super) fn inject(format: &Spliced, record: &mut Record, known: Known, fields: &Fields, limit: usize) -> Injection {
    if fields.is_empty() {
        return Injection::NoContext;
    }
    let seam = match seam(&record.data, known, fields, format) {
        Ok(seam) => seam,
        Err(injection) => return injection,
    };
    let Some(spliced) = (format.written)(fields) else {
        return Injection::Unsupported;
    };
    let data = seam.put_in(&spliced);
    if data.len() + record.partition_key.len() > limit {
        return Injection::TooLarge;
    }
    record.data = data;
    Injection::Injected
}

fn seam<'a>(data: &'a [u8], known: Known, fields: &Fields, format: &Spliced) -> Result<Seam<'a>, Injection> {
    if let Some(seam) = Seam::without_names(data, known, format.names) {
        return Ok(seam);
    }
    let members = Members::of(data).ok_or(Injection::Unsupported)?;
    if members.get(format.name).is_some() {
        return Err(Injection::AlreadyPresent);
    }
    if !(format.can_be_told_apart)(fields, &members) {
        return Err(Injection::Unsupported);
    }
    Ok(Seam::of(&members))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::kinesis::extraction::Extraction;
    use crate::kinesis::reader::Reader;

    pub(in crate::kinesis::carrier) const TRACEPARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    pub(in crate::kinesis::carrier) const LIMIT: usize = 1 << 20;

    pub(in crate::kinesis::carrier) fn fields(fields: &[(&str, &str)]) -> Fields {
        let mut all = Fields::default();
        for (name, value) in fields {
            all.set(name, (*value).to_owned());
        }
        all
    }

    pub(in crate::kinesis::carrier) fn traceparent() -> Fields {
        fields(&[("traceparent", TRACEPARENT)])
    }

    pub(in crate::kinesis::carrier) fn read(data: &str) -> Extraction {
        Reader::default().read(data.to_owned().into(), None).remove(0)
    }

    /// As both carriers have it.
    type Inject = fn(&mut Record, &Fields, usize) -> Injection;

    /// Each row is a payload, a context, and why that cannot be put there.
    pub(in crate::kinesis::carrier) fn leave_the_record_as_it_is<'a>(
        inject: Inject,
        table: impl IntoIterator<Item = (&'a str, Fields, Injection)>,
    ) {
        for (payload, fields, expected) in table {
            let before = Record::new("k", payload);
            let mut record = before.clone();
            assert_eq!(inject(&mut record, &fields, LIMIT), expected, "{payload}");
            assert_eq!(record, before, "{payload}");
        }
    }

    /// `written` is what an empty object becomes.
    pub(in crate::kinesis::carrier) fn reach_the_limit_and_do_not_pass_it(inject: Inject, written: &str) {
        let size = written.len() + "k".len();
        for (limit, expected) in [(size, Injection::Injected), (size - 1, Injection::TooLarge)] {
            assert_eq!(inject(&mut Record::new("k", "{}"), &traceparent(), limit), expected);
        }
    }
}
