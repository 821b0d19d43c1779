"""Reads each template as CloudFormation does, for what its linters do not look at.

Prints, as JSON, by template and executable, what each function is deployed with: its variables, and the actions on Kinesis
that its role may take. Each template is read with every scenario of scenarios.py. Fails if a name leads nowhere, if a
parameter, condition or mapping is used nowhere, if samconfig.toml sets what the template does not take, builds functions for
other processors than they run on, or deploys another template (samconfig.py), if a rule does not hold, or does not refuse
what it is there for, if a mapping does not read what the function answers (mapping.py), if a role may do more or less than
it needs (roles.py), if spans or metrics do not go where the parameters say (telemetry.py), if an alarm or the dashboard is
about a metric that there is none of (metrics.py), if something is not encrypted with the one key (encryption.py), if an
asynchronous request would be tried twice or kept nowhere (asynchronous.py), if the templates differ where they mean the
same (twins.py), if a function is built without what a parameter asks of it (manifests.py), or if the pages of docs/ state
another template (documentation.py). cfn-lint looks into the environment of no function, and finds nothing unused where
there is a transform. The parameters are for what is printed.

    template.py [<parameter>=<value>]…
"""

import itertools
import json
import pathlib
import re
import sys

from samcli.cli.types import CfnParameterOverridesType
from samcli.yamlhelper import yaml_parse

import asynchronous
import documentation
import encryption
import manifests
import mapping
import metrics
import roles
import samconfig
import scenarios
import telemetry
import twins
from cloudformation import Template

ROOT = pathlib.Path(__file__).parent.parent
FUNCTION = "AWS::Serverless::Function"
MAPPING = "AWS::Lambda::EventSourceMapping"
POLICY = "AWS::IAM::ManagedPolicy"
OWN_KEY = "arn:aws:kms:eu-central-1:123456789012:key/own"


def functions(deployed):
    """What each function is deployed with, by the name of its executable."""
    shared = deployed.template["Globals"]["Function"]["Environment"]["Variables"]
    for name, properties in deployed.named(FUNCTION).items():
        role = deployed.properties(properties["Role"].split(".")[0])
        actions = {action for action, _ in roles.permitted(role, deployed.named(POLICY))}
        yield deployed.section("resource")[name]["Metadata"]["BuildProperties"]["Binary"], {
            "variables": deployed.value(shared) | properties["Environment"]["Variables"],
            "actions": sorted(it.removeprefix("kinesis:") for it in actions if it.startswith("kinesis:")),
        }


def unencrypted(deployed, key):
    kinds = {kind: deployed.named(kind) for kind in encryption.KEYS}
    return encryption.complaints(kinds, deployed.named("AWS::KMS::Key"), key)


def of_scenario(file, scenario, deployed):
    """What is not as it should be where the template is deployed with these parameters."""
    yield from deployed.refused()
    permissions = roles.PERMISSIONS[file][scenario]
    yield from roles.complaints(deployed.named("AWS::IAM::Role"), deployed.named(POLICY), permissions)
    yield from telemetry.complaints(scenario, {name: its["variables"] for name, its in functions(deployed)})
    yield from metrics.complaints(
        metrics.METRICS[file],
        deployed.named("AWS::CloudWatch::Alarm"),
        deployed.named("AWS::CloudWatch::Dashboard"),
        deployed.named("AWS::Logs::MetricFilter"),
    )
    yield from mapping.complaints(deployed.named(MAPPING), deployed.named(FUNCTION))
    configured = deployed.named("AWS::Lambda::EventInvokeConfig")
    yield from asynchronous.complaints(deployed.named(FUNCTION), deployed.named(MAPPING), configured)
    yield from unencrypted(deployed, "DataKey.Arn")
    # With a key of the user's own, everything is encrypted with that.
    yield from unencrypted(Template(deployed.template, deployed.parameters | {"DataKeyArn": OWN_KEY}), OWN_KEY)


def of_rules(file, template):
    """Rules that let through what they are there for, and what would lose records if it got past them."""
    tried = set()
    for name, parameters in scenarios.REFUSED[file]:
        refused = set(Template(template, parameters).refused())
        if not any(re.match(f"(rule|parameter) {name}\\b", said) for said in refused):
            yield f"{name} takes {parameters}"
        tried |= refused
    for name, rule in template.get("Rules", {}).items():
        for said in (it["AssertDescription"] for it in rule["Assertions"]):
            if f"rule {name}: {said}" not in tried:
                yield f"rule {name} is not tried for: {said}"
    # No rule holds in `sam local`, and one may be deleted. Whatever it is, the mapping reads what the function answers.
    choices = [name for name in mapping.CHOICES if name in template["Parameters"]]
    for values in itertools.product(*(template["Parameters"][name]["AllowedValues"] for name in choices)):
        for scenario, parameters in scenarios.SCENARIOS[file].items():
            deployed = Template(template, parameters | dict(zip(choices, values)))
            for complaint in mapping.complaints(deployed.named(MAPPING), deployed.named(FUNCTION)):
                yield f"{scenario}, {', '.join(values)}: {complaint}"


def of_file(file, template):
    # With names that lead nowhere, there is nothing to evaluate.
    if complaints := list(Template(template, {}).complaints()):
        yield from complaints
        return
    for scenario, parameters in scenarios.SCENARIOS[file].items():
        deployed = Template(template, parameters)
        yield from (f"{scenario}: {complaint}" for complaint in of_scenario(file, scenario, deployed))
    yield from of_rules(file, template)
    alarms = Template(template, next(iter(scenarios.SCENARIOS[file].values()))).named("AWS::CloudWatch::Alarm")
    yield from documentation.of_template(file, template["Parameters"], alarms, ROOT / "docs")


def of_samconfig(templates):
    for environment, configuration in samconfig.environments(ROOT / "samconfig.toml"):
        template = templates[samconfig.template(configuration)]
        of_it = list(Template(template, samconfig.chosen(configuration, "deploy")).refused())
        of_it += samconfig.built_for_another(configuration, template["Parameters"]["Architecture"]["Default"])
        of_it += samconfig.deploys_another(configuration)
        yield from (f"samconfig.toml, {environment}: {complaint}" for complaint in of_it)


def main(arguments):
    chosen = CfnParameterOverridesType().convert(tuple(arguments), None, None)
    templates = {file: yaml_parse((ROOT / file).read_text()) for file in scenarios.SCENARIOS}
    complaints = [f"{file}: {it}" for file, template in templates.items() for it in of_file(file, template)]
    complaints += of_samconfig(templates)
    complaints += twins.complaints(*templates.values())
    complaints += manifests.complaints(templates, ROOT)
    complaints += documentation.of_guides(ROOT / "docs")
    complaints += documentation.of_permissions(ROOT, roles.SPANS_TO_CLOUDWATCH)
    first = {file: next(iter(scenarios.SCENARIOS[file].values())) for file in templates}
    deployed = {file: Template(template, first[file] | chosen) for file, template in templates.items()}
    # With names that lead nowhere, there is nothing to evaluate.
    complaints = complaints or [f"{file}: {it}" for file, its in deployed.items() for it in its.refused()]
    if complaints:
        sys.exit("\n".join(f"deploy: {complaint}" for complaint in dict.fromkeys(complaints)))
    json.dump({file: dict(functions(its)) for file, its in deployed.items()}, sys.stdout, indent=2)


main(sys.argv[1:])
