// Writes an event in structured mode, with the distributed tracing extension, by the CloudEvents SDK.
//
// stdout: one line, {"trace_id", "span_id", "tracestate", "data_base64"}
'use strict';

const { randomBytes } = require('node:crypto');
const { CloudEvent, HTTP } = require('cloudevents');

const traceId = randomBytes(16).toString('hex');
const spanId = randomBytes(8).toString('hex');
const tracestate = 'vendor=opaque,other=1';

const event = new CloudEvent({
  type: 'com.example.flight.departed',
  source: '/airports/EWR',
  subject: 'N14228',
  data: { tailnum: 'N14228', pilot: 'Zoë', legs: [{ from: 'EWR', to: 'IAH' }] },
  traceparent: `00-${traceId}-${spanId}-01`,
  tracestate,
});
const { body } = HTTP.structured(event);
console.log(
  JSON.stringify({
    trace_id: traceId,
    span_id: spanId,
    tracestate,
    data_base64: Buffer.from(body).toString('base64'),
  }),
);
