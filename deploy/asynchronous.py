"""Functions that callers may invoke asynchronously: a second attempt publishes again, and nobody sees the answer."""


def complaints(functions, mappings, configured):
    """`configured` are the resources that say how such requests are kept. A mapping invokes its function and waits."""
    by_function = {its["FunctionName"]: its for its in configured.values()}
    for name in sorted(functions.keys() - {its["FunctionName"] for its in mappings.values()}):
        its = by_function.get(name, {})
        if its.get("MaximumRetryAttempts") != 0:
            yield f"{name}: an asynchronous request is tried again"
        if its.get("DestinationConfig") != {"OnFailure": {"Destination": "DiscardedRecords.Arn"}}:
            yield f"{name}: an asynchronous request that fails is kept nowhere"
