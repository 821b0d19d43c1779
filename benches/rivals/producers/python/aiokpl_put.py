"""aiokpl, with aggregation unless AGGREGATION is off, and without its limit of each shard."""

import os

import anyio
from aiokpl import Config, Producer

import program

endpoint, stream, keys, records = program.arguments()
config = Config(
    region="us-east-1",
    endpoint_url=endpoint,
    verify_ssl=os.environ["AWS_CA_BUNDLE"],
    aggregation_enabled=os.environ.get("AGGREGATION") != "off",
    max_outstanding_records=program.MOST_OUTSTANDING,
    rate_limit_records_per_sec_per_shard=1e9,
    rate_limit_bytes_per_sec_per_shard=1e12,
)


async def put(producer, stream, load):
    outcomes = [
        await producer.put_record(stream=stream, partition_key=key, data=data.encode()) for key, data in load
    ]
    await producer.flush()
    for outcome in outcomes:
        result = await outcome.wait()
        if not result.success:
            raise SystemExit(f"a record was given up: {result.attempts[-1]}")


async def main():
    async with Producer(config) as producer:
        await put(producer, "warm-up", program.load(keys, program.WARM_UP))
        program.ready()
        await put(producer, stream, program.load(keys, records))
        program.done()


anyio.run(main)
