//! AWS X-Ray's header, `Root=1-…;Parent=…;Sampled=1`
//! (<https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader>).

use super::remote_span::{RemoteSpan, Sampling};
use super::traceparent::is_id;

pub(crate) const HEADER: &str = "x-amzn-trace-id";

/// The span that a header names: `Root` and `Parent` once each, `Sampled` at most once. Other parts become a `tracestate`.
pub(crate) fn span(header: &str) -> Option<RemoteSpan<'_>> {
    let (mut root, mut parent, mut sampled) = (None, None, None);
    let mut others = Vec::new();
    for part in header.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=')?;
        let place = match name {
            "Root" => &mut root,
            "Parent" => &mut parent,
            "Sampled" => &mut sampled,
            _ => {
                others.push(format!("{}={value}", name.to_ascii_lowercase()));
                continue;
            }
        };
        if place.replace(value).is_some() {
            return None;
        }
    }
    let sampling = match sampled {
        Some("1") => Sampling::Sampled,
        Some("0") => Sampling::NotSampled,
        Some("?") | None => Sampling::Deferred,
        Some(_) => return None,
    };
    let span_id = parent.filter(|id| is_id(id, &[16]))?;
    Some(RemoteSpan { trace_id: trace_id(root?)?.into(), span_id, sampling, tracestate: others.join(",") })
}

/// `1-4bf92f35-77b34da6a3ce929d0e0e4736`
fn trace_id(root: &str) -> Option<String> {
    let (time, random) = root.strip_prefix("1-")?.split_once('-')?;
    let id = format!("{time}{random}");
    (time.len() == 8 && is_id(&id, &[32])).then_some(id)
}
