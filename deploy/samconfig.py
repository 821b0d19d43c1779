"""What samconfig.toml sets, for each of its environments."""

import tomlkit
from samcli.cli.types import CfnParameterOverridesType


def environments(path):
    """Each environment's name, and its settings by command."""
    for name, configuration in tomlkit.parse(path.read_text()).unwrap().items():
        if isinstance(configuration, dict):
            yield name, configuration


def chosen(configuration, command):
    """The template's parameters that it sets for a command, as SAM reads them."""
    overrides = configuration.get(command, {}).get("parameters", {}).get("parameter_overrides", [])
    return CfnParameterOverridesType().convert(tuple(overrides), None, None)


def built_for_another(configuration, default):
    """Each command reads its own parameters, and a function that was built for other processors does not start."""
    built, deployed = (chosen(configuration, command).get("Architecture", default) for command in ("build", "deploy"))
    if built != deployed:
        yield f"Architecture: it builds for {built} and deploys for {deployed}"


def template(configuration):
    """The template that an environment builds."""
    return configuration.get("build", {}).get("parameters", {}).get("template_file", "template.yaml")


def deploys_another(configuration):
    """`sam deploy` takes what was built last, in whatever environment, unless each says where it builds."""
    if template(configuration) == "template.yaml":
        return
    built = configuration["build"]["parameters"].get("build_dir")
    deployed = configuration.get("deploy", {}).get("parameters", {}).get("template_file")
    if not built or deployed != f"{built}/template.yaml":
        yield f"it builds {template(configuration)} into {built}, and deploys {deployed}"
    if configuration.get("validate", {}).get("parameters", {}).get("template_file") != template(configuration):
        yield f"it builds {template(configuration)}, and validates another one"
