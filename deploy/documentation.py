"""The pages of docs/ that describe a template say what is in it, and the configurations that its guides print can be read.

Those who deploy without the template give their roles what its roles have.
"""

import json
import pathlib
import re
import textwrap

import metrics
import yaml

# A row of a table whose first cell is a name.
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+?) \| ([^|]*?) \|", re.MULTILINE)
BLOCK = re.compile(r"^ *```(json|yaml)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
# Where a file has the actions for spans that go straight to CloudWatch. The last one is what a function says that was refused.
SECTION = "## Spans straight to CloudWatch\n.*?\n## "
TO_CLOUDWATCH = {
    "docs/guides/backends/cloudwatch.md": "```json\n.*?```",
    "docs/guides/deploy-cdk.md": SECTION,
    "docs/guides/deploy-terraform.md": SECTION,
    "docs/reference/telemetry.md": r"\| permission [^\n]*",
    "docs/reference/template.md": r"\| both, with spans that go [^\n]*",
    "shared/src/telemetry/export/signing/refusal.rs": '"xray" => [^\n]*',
}


def rows(page):
    """The second and the third cell of each row, by the name in the first."""
    return {name: cells for name, *cells in ROW.findall(page.read_text())}


def of_template(file, parameters, alarms, docs):
    """`parameters` and `alarms` of a template, by their names. Its pages have its file's suffix."""
    suffix = pathlib.Path(file).stem.removeprefix("template")
    defaults = {name: (shown(its["Default"]),) for name, its in parameters.items()}
    page = docs / "reference" / f"template{suffix}.md"
    stated = {name: (default,) for name, (default, _) in rows(page).items()}
    yield from differences(page.relative_to(docs.parent), defaults, stated)

    made = {name: (patience(its), metric_of(its)) for name, its in alarms.items()}
    page = docs / "reference" / f"alarms{suffix}.md"
    stated = {name: (after, first_name(metric)) for name, (after, metric) in rows(page).items()}
    yield from differences(page.relative_to(docs.parent), made, stated)


def of_guides(docs):
    for page in sorted((docs / "guides").rglob("*.md")):
        yield from (f"{page.relative_to(docs.parent)}: {reason}" for reason in unreadable(page))


def of_permissions(root, actions):
    """`actions` are those that a role needs to send spans to CloudWatch."""
    for name, place in TO_CLOUDWATCH.items():
        found = re.search(place, (root / name).read_text(), re.DOTALL)
        named = set(re.findall(r"xray:\w+", found[0])) if found else set()
        if named != set(actions):
            yield f"{name}: spans go to CloudWatch by {sorted(named)}, and in the template by {sorted(actions)}"


def differences(page, made, stated):
    for name in sorted(made.keys() | stated.keys()):
        of_template, of_page = (" · ".join(its.get(name, ("nothing",))) for its in (made, stated))
        if of_template != of_page:
            yield f"{page}: {name} has {of_page}, and in the template {of_template}"


def shown(default):
    return f"`{default}`" if isinstance(default, str) and re.match("[a-zA-Z]", default) else str(default) or "empty"


def patience(alarm):
    """How long it takes to fire, in periods of a minute."""
    periods = alarm["EvaluationPeriods"]
    points = alarm.get("DatapointsToAlarm", periods)
    return f"{periods} minute{'s' * (periods > 1)}" if points == periods else f"{points} of {periods} minutes"


def metric_of(alarm):
    return next(name for _, name, _ in metrics.of_alarm(alarm))


def first_name(cell):
    return (re.findall("`([^`]+)`", cell) or ["nothing"])[0]


def unreadable(page):
    for kind, block in BLOCK.findall(page.read_text()):
        try:
            (json.loads if kind == "json" else yaml.safe_load)(textwrap.dedent(block))
        except (json.JSONDecodeError, yaml.YAMLError) as error:
            yield f"a block of {kind} cannot be read: {str(error).splitlines()[0]}"
