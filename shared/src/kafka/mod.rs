//! Trace context in the headers of Apache Kafka records.
//!
//! Key, value, partition and timestamp stay as they are: a context is a few headers next to those that are there. No client
//! is needed or known here. A client's list of headers becomes a [`HeaderList`]; [`Headers`] is one.
//!
//! ```
//! use kinetrace::kafka::{Headers, extract, inject};
//! use kinetrace::{Fields, Format, Injection};
//!
//! let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
//! let mut fields = Fields::default();
//! fields.set("traceparent", traceparent.to_owned());
//!
//! let mut headers = Headers::default();
//! headers.push("content-type", "application/json");
//! headers.push("Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000001-01"); // of an earlier hop
//! assert_eq!(inject(&mut headers, &fields, None, 1024), Injection::Injected);
//! assert_eq!(headers.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["content-type", "traceparent"]);
//!
//! let context = extract(&headers);
//! assert_eq!(context.fields.get("traceparent"), Some(traceparent));
//! assert_eq!(context.format, Format::Headers);
//! ```

mod contexts;
mod extract;
mod header_list;
mod headers;
mod inject;
mod key_text;
mod names;
mod order_header;
mod size;
mod values;

pub use extract::{HeaderContext, HeaderReader, extract};
pub use header_list::HeaderList;
pub use headers::Headers;
pub use inject::{inject, inject_unless_present};
pub use key_text::key_text;
pub use size::{DEFAULT_MAX_MESSAGE_BYTES, header_size, room};
