// A function without kinetrace, on Lambda's Runtime API: reports each record that holds the text BAD as failed.
'use strict';

const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;

async function main() {
  for (;;) {
    const next = await fetch(`${api}/next`);
    const { Records } = await next.json();
    const isBad = ({ kinesis }) => Buffer.from(kinesis.data, 'base64').includes('BAD');
    const batchItemFailures = Records.filter(isBad).map(({ kinesis }) => ({ itemIdentifier: kinesis.sequenceNumber }));
    const body = JSON.stringify({ batchItemFailures });
    await fetch(`${api}/${next.headers.get('lambda-runtime-aws-request-id')}/response`, { method: 'POST', body });
  }
}

main();
