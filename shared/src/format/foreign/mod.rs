//! Formats that others write, and that are read but not written here.
//!
//! Each is known to one file, with one function: `extract` answers `None` unless the data is of its format beyond doubt.
//! To add one: write the file, and name its function in the list of the [reader](crate::kinesis::reader).

pub(crate) mod datadog;
pub(crate) mod otel;
pub(crate) mod spring_cloud_stream;
pub(crate) mod spring_integration;
pub(crate) mod w3c_member;
