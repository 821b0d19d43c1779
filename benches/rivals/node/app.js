// A handler that does nothing: it decodes the data of each record, and reports none as failed.
'use strict';

exports.handler = async (event) => {
  for (const record of event.Records) {
    Buffer.from(record.kinesis.data, 'base64');
  }
  return { batchItemFailures: [] };
};
