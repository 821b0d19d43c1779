//! What is about to be put, by either operation.

use aws_sdk_kinesis::operation::put_record::PutRecordInput;
use aws_sdk_kinesis::operation::put_records::PutRecordsInput;
use aws_smithy_runtime_api::client::interceptors::context::Input;
use kinetrace::__private::stream_name;

use super::entry::Entry;

#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) stream: &'a str,
    pub(super) entries: Vec<Entry<'a>>,
}

impl<'a> Request<'a> {
    /// `None` for other operations, and for what will produce nothing: a dry run, and what Kinesis can only refuse.
    pub(super) fn of(input: &'a mut Input) -> Option<Self> {
        let request = if input.downcast_ref::<PutRecordsInput>().is_some() {
            Self::of_records(input.downcast_mut()?)?
        } else {
            Self::of_record(input.downcast_mut()?)?
        };
        Some(request).filter(|request| !request.entries.is_empty())
    }

    fn of_records(put: &'a mut PutRecordsInput) -> Option<Self> {
        if put.dry_run == Some(true) {
            return None;
        }
        let entries = put.records.as_mut()?.iter_mut().map(|entry| Entry {
            data: &mut entry.data,
            partition_key: &mut entry.partition_key,
            explicit_hash_key: &mut entry.explicit_hash_key,
        });
        let stream = stream(put.stream_name.as_deref(), put.stream_arn.as_deref())?;
        Some(Self { stream, entries: entries.collect() })
    }

    fn of_record(put: &'a mut PutRecordInput) -> Option<Self> {
        if put.dry_run == Some(true) {
            return None;
        }
        let entry = Entry {
            data: put.data.as_mut()?,
            partition_key: &mut put.partition_key,
            explicit_hash_key: &mut put.explicit_hash_key,
        };
        let stream = stream(put.stream_name.as_deref(), put.stream_arn.as_deref())?;
        Some(Self { stream, entries: vec![entry] })
    }
}

fn stream<'a>(name: Option<&'a str>, arn: Option<&'a str>) -> Option<&'a str> {
    name.or_else(|| stream_name(arn?))
}
