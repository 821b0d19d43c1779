//! The page: what there is to see of a run, live or when it is over.
//!
//! ```text
//! lines, happenings, spans ─▶ model ─▶ document ─▶ html ─▶ server, or a file
//! ```

mod about;
mod answers;
mod asked;
mod changes;
mod details;
mod document;
mod files;
mod html;
mod json;
mod kept;
mod look;
mod model;
mod packed;
mod recent;
mod remarkable;
pub(crate) mod report;
mod room;
mod same_origin;
pub(crate) mod server;
mod settings;
#[cfg(test)]
mod tests;
mod verdict;

pub(crate) use asked::Asked;
pub(crate) use model::{FunctionAbout, MappingAbout, Model};
