"""What the programs of this folder have in common: the load, and how the driver talks to them.

PROGRAM ENDPOINT STREAM KEYS RECORDS: puts a few records, says "ready", waits for a line, puts the records and says "done" when all
are acknowledged. Then it waits for the end of its input, so that its memory can be read.
"""

import sys

BYTES = 1024
# Of a publisher that leaves this limit to its caller: 32 MiB.
MOST_OUTSTANDING = 32 * 1024
WARM_UP = 500


def arguments():
    endpoint, stream, keys, records = sys.argv[1:]
    return endpoint, stream, int(keys), int(records)


def load(keys, records):
    """The same keys and data as those of all other programs here."""
    random = 1
    for number in range(records):
        random = random * 48271 % 2147483647
        text = f'{{"number":{number},"text":"'
        yield f"key-{random % keys}", f'{text:x<{BYTES - 2}}"}}'


def ready():
    print("ready", flush=True)
    if not sys.stdin.readline():
        sys.exit("the driver ended")


def done():
    print("done", flush=True)
    sys.stdin.read()
