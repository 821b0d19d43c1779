"""A template as CloudFormation reads it: which names it has, what it refuses, and what its functions come to."""

import math
import re

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
            if self.value(rule.get("RuleCondition", True)):
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
                return self.substituted(text, {})
            case {"Fn::Sub": [str(text), dict(own)]}:
                return self.substituted(text, self.value(own))
            case {"Fn::If": [condition, then, otherwise]}:
                return self.value(then if self.value({"Condition": condition}) else otherwise)
            case {"Fn::FindInMap": [mapping, first, second]}:
                return self.section("mapping")[mapping][self.value(first)][self.value(second)]
            case {"Fn::Join": [separator, parts]}:
                return separator.join(self.value(parts))
            case {"Fn::Split": [separator, text]}:
                return self.value(text).split(separator)
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

    def substituted(self, text, own):
        return re.sub(r"\$\{([^!}]+)\}", lambda it: own.get(it[1], self.parameters.get(it[1], it[1])), text)

    def made(self):
        """The resources that these parameters make."""
        for name, its in self.section("resource").items():
            if "Condition" not in its or self.value({"Condition": its["Condition"]}):
                yield name, its

    def properties(self, name):
        return self.value(self.section("resource")[name].get("Properties", {}))

    def named(self, kind):
        """The resources of a kind that are made, and what they are."""
        return {name: self.properties(name) for name, its in self.made() if its["Type"] == kind}
