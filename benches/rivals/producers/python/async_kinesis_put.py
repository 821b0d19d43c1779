"""async-kinesis, without its own framings, which only its readers know, and without its limits of a stream."""

import asyncio
import logging

from kinesis import Producer
from kinesis.processors import StringProcessor

import program

# It says of each refused request that it puts its records again.
logging.disable(logging.WARNING)
endpoint, stream, keys, records = program.arguments()


def producer(stream):
    return Producer(
        stream,
        endpoint_url=endpoint,
        region_name="us-east-1",
        processor=StringProcessor(),
        put_rate_limit_per_shard=10**9,
        put_bandwidth_limit_per_shard=10**9,
    )


async def put(producer, load):
    for key, data in load:
        await producer.put(data, partition_key=key)
    await producer.flush()


async def main():
    async with producer("warm-up") as warm_up, producer(stream) as measured:
        await put(warm_up, program.load(keys, program.WARM_UP))
        program.ready()
        await put(measured, program.load(keys, records))
        program.done()


asyncio.run(main())
