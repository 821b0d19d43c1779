"""Reads the template as CloudFormation does, for what its linters do not look at.

Prints, as JSON, what each function is deployed with: its variables, and the actions on Kinesis that its role may take.
Fails if a name leads nowhere, if a parameter, condition or mapping is used nowhere, if samconfig.toml sets what the
template does not take, or builds functions for other processors than they run on (samconfig.py), if a rule does not hold,
if a role may do more or less than it needs (roles.py), if an alarm or the dashboard is about a metric that there is none of
(metrics.py), if something is not encrypted with the one key (encryption.py), if an asynchronous request would be tried
twice or kept nowhere, or if the pages of docs/ state another template (documentation.py). cfn-lint looks into the
environment of no function, and finds nothing unused where there is a transform.

    template.py [<parameter>=<value>]…
"""

import json
import math
import pathlib
import re
import sys

from samcli.cli.types import CfnParameterOverridesType
from samcli.yamlhelper import yaml_parse

import documentation
import encryption
import metrics
import roles
import samconfig

ABSENT = object()
SECTIONS = {"parameter": "Parameters", "condition": "Conditions", "mapping": "Mappings", "resource": "Resources"}


def references(node, place=""):
    """Every (kind, name, place) that a part of the template names."""
    if isinstance(node, list):
        for index, child in enumerate(node):
            yield from references(child, f"{place}[{index}]")
    if not isinstance(node, dict):
        return
    for key, child in node.items():
        here = place if key == "Ref" or key.startswith("Fn::") else f"{place}.{key}".lstrip(".")
        match key, child:
            case "Ref", name:
                yield "value", name, here
            case "Fn::GetAtt", [name, *_]:
                yield "resource", name, here
            case "Fn::Sub", [str(text), dict(own)]:
                yield from (reference for reference in substitutions(text, here) if reference[1] not in own)
            case "Fn::Sub", str(text):
                yield from substitutions(text, here)
            case "Fn::If", [name, *_]:
                yield "condition", name, here
            case "Condition", str(name):
                yield "condition", name, here
            case "Fn::FindInMap", [str(name), *_]:
                yield "mapping", name, here
            case "DependsOn", str(name):
                yield "resource", name, here
        yield from references(child, here)


def substitutions(text, place):
    for name in re.findall(r"\$\{([^!}]+)\}", text):
        yield "value" if "." not in name else "resource", name.split(".")[0], place


def is_within(text, bounds):
    try:
        return bounds.get("MinValue", -math.inf) <= float(text) <= bounds.get("MaxValue", math.inf)
    except ValueError:
        return False


class Template:
    def __init__(self, template, chosen):
        self.template = template
        self.parameters = {name: str(its["Default"]) for name, its in template["Parameters"].items()} | chosen

    def section(self, kind):
        return self.template.get(SECTIONS[kind], {})

    def complaints(self):
        """Names without a meaning, and meanings without a use."""
        # What SAM makes of a function, as far as the template names it.
        made = {f"{name}Url" for name, its in self.section("resource").items() if "FunctionUrlConfig" in its["Properties"]}
        known = {kind: set(self.section(kind)) for kind in SECTIONS}
        known["resource"] |= made
        known["value"] = known["parameter"] | known["resource"]
        used = set()
        for section in ("Rules", "Conditions", "Globals", "Resources", "Outputs"):
            for kind, name, place in references(self.template.get(section, {}), section):
                used.add(name)
                if name not in known[kind] and not name.startswith("AWS::"):
                    yield f"{place}: there is no {kind} {name}"
        for kind in ("parameter", "condition", "mapping"):
            yield from (f"{kind} {name} is used nowhere" for name in self.section(kind) if name not in used)

    def refused(self):
        """What CloudFormation would not deploy with these parameters."""
        for name, value in self.parameters.items():
            if (its := self.section("parameter").get(name)) is None:
                yield f"there is no parameter {name}"
                continue
            if not (
                value in map(str, its.get("AllowedValues", [value]))
                and re.fullmatch(its.get("AllowedPattern", ".*"), value)
                and len(value) >= its.get("MinLength", 0)
                and (its["Type"] != "Number" or is_within(value, its))
            ):
                yield f"parameter {name} may not be {value!r}"
        for name, rule in self.template.get("Rules", {}).items():
            if self.value(rule["RuleCondition"]):
                yield from (
                    f"rule {name}: {it['AssertDescription']}" for it in rule["Assertions"] if not self.value(it["Assert"])
                )

    def value(self, node):
        """The node without its functions. A resource is its name."""
        if isinstance(node, list):
            return [value for value in map(self.value, node) if value is not ABSENT]
        match node:
            case {"Ref": "AWS::NoValue"}:
                return ABSENT
            case {"Ref": name}:
                return self.parameters.get(name, name)
            case {"Fn::GetAtt": parts}:
                return ".".join(parts)
            case {"Fn::Sub": str(text)}:
                return re.sub(r"\$\{([^!}]+)\}", lambda it: self.parameters.get(it[1], it[1]), text)
            case {"Fn::If": [condition, then, otherwise]}:
                return self.value(then if self.value({"Condition": condition}) else otherwise)
            case {"Fn::FindInMap": [mapping, first, second]}:
                return self.section("mapping")[mapping][self.value(first)][self.value(second)]
            case {"Fn::Join": [separator, parts]}:
                return separator.join(self.value(parts))
            case {"Fn::Contains": [values, value]}:
                return self.value(value) in self.value(values).split(",")
            case {"Fn::Equals": [one, other]}:
                return self.value(one) == self.value(other)
            case {"Fn::Not": [condition]}:
                return not self.value(condition)
            case {"Fn::And": conditions}:
                return all(map(self.value, conditions))
            case {"Fn::Or": conditions}:
                return any(map(self.value, conditions))
            case {"Condition": str(name)}:
                return self.value(self.section("condition")[name])
            case dict():
                return {key: value for key, its in node.items() if (value := self.value(its)) is not ABSENT}
        return node

    def functions(self):
        """What each function is deployed with, by the name of its executable."""
        shared = self.template["Globals"]["Function"]["Environment"]["Variables"]
        for resource in self.section("resource").values():
            if resource["Type"] == "AWS::Serverless::Function":
                properties = self.value(resource["Properties"])
                actions = {action for action, _ in roles.permitted(self.properties(properties["Role"].split(".")[0]))}
                yield resource["Metadata"]["BuildProperties"]["Binary"], {
                    "variables": self.value(shared) | properties["Environment"]["Variables"],
                    "actions": sorted(it.removeprefix("kinesis:") for it in actions if it.startswith("kinesis:")),
                }

    def properties(self, name):
        return self.value(self.section("resource")[name]["Properties"])

    def named(self, kind):
        """The resources of a kind, and what they are."""
        names = (name for name, its in self.section("resource").items() if its["Type"] == kind)
        return {name: self.properties(name) for name in names}


    def unencrypted(self, key):
        kinds = {kind: self.named(kind) for kind in encryption.KEYS}
        return encryption.complaints(kinds, self.named("AWS::KMS::Key"), key)

    def forgotten_requests(self):
        """A second attempt publishes again; and nobody sees the answer."""
        configured = {its["FunctionName"]: its for its in self.named("AWS::Lambda::EventInvokeConfig").values()}
        its = configured.get("ProducerFunction", {})
        if its.get("MaximumRetryAttempts") != 0:
            yield "ProducerFunction: an asynchronous request is tried again"
        if its.get("DestinationConfig") != {"OnFailure": {"Destination": "DiscardedRecords.Arn"}}:
            yield "ProducerFunction: an asynchronous request that fails is kept nowhere"


def main(arguments):
    root = pathlib.Path(__file__).parent.parent
    template = yaml_parse((root / "template.yaml").read_text())
    deployed = Template(template, CfnParameterOverridesType().convert(tuple(arguments), None, None))
    # With names that lead nowhere, there is nothing to evaluate.
    if not (complaints := list(deployed.complaints())):
        complaints += deployed.refused()
        complaints += roles.complaints(deployed.named("AWS::IAM::Role"))
        alarms = deployed.named("AWS::CloudWatch::Alarm")
        complaints += metrics.complaints(
            alarms,
            deployed.named("AWS::CloudWatch::Dashboard"),
            deployed.named("AWS::Logs::MetricFilter"),
        )
        complaints += deployed.unencrypted("DataKey.Arn")
        complaints += deployed.forgotten_requests()
        complaints += documentation.complaints(template["Parameters"], alarms, root / "docs")
        # With a key of the user's own, everything is encrypted with that.
        own = "arn:aws:kms:eu-central-1:123456789012:key/own"
        complaints += Template(template, deployed.parameters | {"DataKeyArn": own}).unencrypted(own)
    for environment, configuration in samconfig.environments(root / "samconfig.toml"):
        of_it = list(Template(template, samconfig.chosen(configuration, "deploy")).refused())
        of_it += samconfig.built_for_another(configuration, template["Parameters"]["Architecture"]["Default"])
        complaints += (f"samconfig.toml, {environment}: {complaint}" for complaint in of_it)
    if complaints:
        sys.exit("\n".join(f"deploy: {complaint}" for complaint in complaints))
    json.dump(dict(deployed.functions()), sys.stdout, indent=2)


main(sys.argv[1:])
