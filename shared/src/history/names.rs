//! What lines say in the place of a name, or of the format of a context.

/// What stands for a stream, a shard or a sequence number that the event did not tell.
pub const UNKNOWN: &str = "unknown";

/// The [`format`](super::Process::format) of a record that could not be read, so that the business code never saw it: neither its
/// context nor its payload is known.
pub const UNREADABLE: &str = "unreadable";

/// The `format` of a line that another program wrote on behalf of one that writes none: `kinetrace local` sees a put in the stream
/// and a batch at its event source mapping. Such a line says where a record was, when, and how that ended. It says nothing of
/// contexts, spans or payloads, because its writer did not see what the program made of them.
///
/// A batch that is seen from outside has one start and one end, and a [`BatchPlace`](super::BatchPlace) for each of its records.
pub const SEEN_FROM_OUTSIDE: &str = "seen from outside";

/// The [`format`](super::Process::format) of a line about a record that the filters of an event source mapping kept from the function. The
/// outcome is [`SkippedByHandler`](super::ProcessOutcome::SkippedByHandler), because the record will not come again; but no function was
/// invoked with it, so the line's times are those at which the mapping read the record, and say nothing of order. Such a line is
/// [seen from outside](super::Process::is_seen_from_outside).
pub const FILTERED: &str = "filtered";
