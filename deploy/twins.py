"""What both templates have, they have alike: nobody looks for a parameter that means another thing in one of them."""

# What is meant to differ, and why.
DIFFERS = {
    ("Parameters", "BatchSize", "Default"): "a poller of Kafka has five invocations at a time, and a shard has its own",
    ("Parameters", "ConsumerTimeout", "MaxValue"): "Lambda takes no function of more than 14 minutes for Kafka",
    ("Resources", "ConsumerReportsFailures", "Condition"): "on-demand pollers of Kafka have no such metric",
    ("Resources", "RecordsDiscarded", "Condition"): "on-demand pollers of Kafka discard nothing",
    ("Resources", "RecordsLost", "Condition"): "on-demand pollers of Kafka discard nothing",
}
SECTIONS = ("Parameters", "Conditions", "Globals", "Resources", "Rules")
# Written for the readers of the one template.
WORDS = {"Description", "AlarmDescription", "AssertDescription", "ConstraintDescription"}
# What a template reads from and who may, which is what it is there for.
OWN = {"Mapping", "ConsumerRole", "ConsumerFunction", "Dashboard", "ConsumerFallsBehind", "ConsumerStandsStill"}


def complaints(one, other):
    """`one` and `other` are templates, as they are parsed."""
    expected = set(DIFFERS)
    for section in SECTIONS:
        ours, theirs = one.get(section, {}), other.get(section, {})
        for name in sorted(ours.keys() & theirs.keys() - OWN):
            for place in differences(ours[name], theirs[name]):
                if (section, name, *place) not in DIFFERS:
                    yield f"{'.'.join([section, name, *place])} is not as it is in the other template"
                expected.discard((section, name, *place))
    for place in sorted(expected):
        yield f"{'.'.join(place)} is as it is in the other template, and need not be in deploy/twins.py"


def differences(one, other):
    """The places within, as lists of names, where the two differ."""
    if not (isinstance(one, dict) and isinstance(other, dict)):
        if one != other:
            yield []
        return
    for key in sorted(one.keys() | other.keys()):
        if key in WORDS:
            continue
        if key not in one or key not in other:
            yield [key]
        else:
            yield from ([key, *place] for place in differences(one[key], other[key]))
