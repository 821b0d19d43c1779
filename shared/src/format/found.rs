//! What the reader of a format answers.

use crate::context::fields::Fields;
use crate::context::order::Order;
use crate::format::name::Format;

/// The data is of this format.
#[derive(Debug)]
pub(crate) struct Found<'a> {
    pub(crate) format: Format,
    pub(crate) fields: Fields,
    pub(crate) order: Option<Order>,
    pub(crate) payload: Payload<'a>,
}

/// Where the payload is.
#[derive(Debug)]
pub(crate) enum Payload<'a> {
    /// A part of the data.
    Part(&'a [u8]),
    /// What the data was made from.
    Restored(Vec<u8>),
    /// The data itself, and these members of it are the context.
    Around(Vec<&'static str>),
}
