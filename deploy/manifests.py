"""Whether the functions are built with what the parameters of a template may ask of them."""

import tomlkit

# Which of the features of the project's crates sign what goes to CloudWatch. The second implies the first.
SIGNING = {"sigv4", "aws-config"}


def complaints(templates, root):
    """`templates` by their files. The manifest of a function is in the folder that is named after its executable."""
    for file, template in templates.items():
        destinations = [template["Parameters"][name]["AllowedValues"] for name in ("TraceDestination", "MetricsExporter")]
        if not any("cloudwatch" in values for values in destinations):
            continue
        for name, resource in template["Resources"].items():
            if resource["Type"] == "AWS::Serverless::Function":
                binary = resource["Metadata"]["BuildProperties"]["Binary"]
                if not features(root / binary / "function" / "Cargo.toml") & SIGNING:
                    yield f"{file}: spans may go to CloudWatch, and {name} is built without the feature sigv4"


def features(manifest):
    """Of the project's crates, that the program is built with."""
    dependencies = tomlkit.parse(manifest.read_text()).unwrap()["dependencies"]
    own = (its for name, its in dependencies.items() if name.startswith("kinetrace") and isinstance(its, dict))
    return {feature for its in own for feature in its.get("features", [])}
