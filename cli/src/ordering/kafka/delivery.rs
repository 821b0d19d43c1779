//! The fate of a record that a client was handed.

use std::pin::Pin;

/// Where a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) partition: i32,
    /// `None` where the broker says that it has the record, and no longer where.
    pub(super) offset: Option<i64>,
}

/// The fate of a record: where it is, or why that is not known.
pub(super) type Delivery = Result<Placed, String>;

/// Resolves once the fate of a record is known.
pub(super) type Pending = Pin<Box<dyn Future<Output = Delivery> + Send>>;
