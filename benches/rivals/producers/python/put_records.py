"""boto3's put_records as most programs call it: 500 records a request, one request at a time, and those that failed again."""

from itertools import islice

import boto3

import program

ENTRIES = 500


def put(kinesis, stream, load):
    entries = ({"PartitionKey": key, "Data": data} for key, data in load)
    while left := list(islice(entries, ENTRIES)):
        while left:
            answer = kinesis.put_records(StreamName=stream, Records=left)
            left = [record for record, result in zip(left, answer["Records"]) if "ErrorCode" in result]


endpoint, stream, keys, records = program.arguments()
kinesis = boto3.client("kinesis", endpoint_url=endpoint)
put(kinesis, "warm-up", program.load(keys, program.WARM_UP))
program.ready()
put(kinesis, stream, program.load(keys, records))
program.done()
