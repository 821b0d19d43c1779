"""Reads the manifests below deploy/kubernetes as a cluster would, as far as that takes none.

Kubernetes' own resources have to fit its schemas, of the oldest and of the newest version that there is one for. Strimzi's are
read by strimzi/Resources.java. And what neither looks at: kustomization.yaml names every file; names that one resource has
for another lead somewhere; a pod has no more rights than it needs, says what it takes, and when it is ready; a configuration
within a configuration can be read.

    kubernetes.py <folder>
"""

import pathlib
import sys

import kubernetes_validate
import yaml

OTHERS = ("kafka.strimzi.io/", "kustomize.config.k8s.io/")
# Kubernetes' standard "restricted" (https://kubernetes.io/docs/concepts/security/pod-security-standards/), and more.
OF_POD = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
OF_CONTAINER = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}


def invalid(resource):
    versions = kubernetes_validate.utils.all_versions()
    for version in (versions[0], versions[-1]):
        try:
            kubernetes_validate.validate(resource, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            place = ".".join(map(str, error.path))
            yield f"Kubernetes {version}: {place}: {error.message.splitlines()[0]}"
        except kubernetes_validate.SchemaNotFoundError as error:
            yield f"Kubernetes {version}: {error.message}"


def lacking(what, has, wanted):
    yield from (f"{what}.{name} is {has.get(name)}, and should be {its}" for name, its in wanted.items() if has.get(name) != its)


def of_pod(pod):
    """A pod that may do too much, takes what it likes, or is ready without a sign of it."""
    yield from lacking("securityContext", pod.get("securityContext", {}), OF_POD)
    if pod.get("automountServiceAccountToken") is not False:
        yield "automountServiceAccountToken is not false, and no program here asks the cluster for anything"
    volumes = {it["name"] for it in pod.get("volumes", [])}
    for container in pod["containers"]:
        name = container["name"]
        yield from lacking(f"{name}.securityContext", container.get("securityContext", {}), OF_CONTAINER)
        if "readinessProbe" not in container:
            yield f"{name} has no readinessProbe"
        resources = container.get("resources", {})
        if not {"cpu", "memory"} <= resources.get("requests", {}).keys() or "memory" not in resources.get("limits", {}):
            yield f"{name} does not say what it takes: requests of cpu and memory, a limit of memory"
        ports = {it["name"] for it in container.get("ports", [])}
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            port = container.get(probe, {}).get("httpGet", {}).get("port")
            if port is not None and port not in ports:
                yield f"{name}.{probe} asks the port {port}, and there is none"
        for mount in container.get("volumeMounts", []):
            if mount["name"] not in volumes:
                yield f"{name} mounts {mount['name']}, and there is no such volume"


def of_workload(resource, named):
    """`named` are all resources, by kind and name."""
    template = resource["spec"]["template"]
    labels, pod = template["metadata"]["labels"], template["spec"]
    if not resource["spec"]["selector"]["matchLabels"].items() <= labels.items():
        yield "its selector does not find its own pods"
    yield from of_pod(pod)
    for volume in pod.get("volumes", []):
        if (name := volume.get("configMap", {}).get("name")) and ("ConfigMap", name) not in named:
            yield f"there is no ConfigMap {name}"


def of_service(resource, named):
    selected = [
        its
        for (kind, _), its in named.items()
        if kind == "Deployment" and resource["spec"]["selector"].items() <= its["spec"]["template"]["metadata"]["labels"].items()
    ]
    if len(selected) != 1:
        yield f"it is in front of {len(selected)} Deployments"
    ports = {
        port["name"]
        for its in selected
        for container in its["spec"]["template"]["spec"]["containers"]
        for port in container.get("ports", [])
    }
    yield from (f"nobody has the port {it['targetPort']}" for it in resource["spec"]["ports"] if it["targetPort"] not in ports)


def of_configuration(resource, _):
    for name, text in resource.get("data", {}).items():
        if name.endswith((".yaml", ".yml")):
            try:
                yaml.safe_load(text)
            except yaml.YAMLError as error:
                yield f"{name}: {str(error).splitlines()[0]}"


def addresses(resource, named):
    """Where a program is told to go: services of these manifests, or the one that Strimzi makes for the brokers."""
    known = {name for kind, name in named if kind == "Service"}
    known |= {f"{name}-kafka-bootstrap" for kind, name in named if kind == "Kafka"}
    topics = {name for kind, name in named if kind == "KafkaTopic"}
    for container in resource["spec"]["template"]["spec"]["containers"]:
        values = {it["name"]: it.get("value", "") for it in container.get("env", [])}
        for name in ("BOOTSTRAP_SERVERS", "OTEL_EXPORTER_OTLP_ENDPOINT"):
            host = values.get(name, "").removeprefix("http://").split(":")[0]
            if name in values and host not in known:
                yield f"{name} is {values[name]}, and there is no service {host}"
        if "TOPIC" in values and values["TOPIC"] not in topics:
            yield f"TOPIC is {values['TOPIC']}, and there is no such topic"


def of_cluster(resource, named):
    """What Strimzi's model cannot know: its resources find each other by a label."""
    if resource["kind"] in ("KafkaTopic", "KafkaNodePool"):
        cluster = resource["metadata"].get("labels", {}).get("strimzi.io/cluster")
        if ("Kafka", cluster) not in named:
            yield f"it is for the cluster {cluster}, and there is none"


CHECKS = {
    "Deployment": [of_workload, addresses],
    "Service": [of_service],
    "ConfigMap": [of_configuration],
    "KafkaTopic": [of_cluster],
    "KafkaNodePool": [of_cluster],
}


def complaints(folder):
    files = {path.name: list(yaml.safe_load_all(path.read_text())) for path in sorted(folder.glob("*.yaml"))}
    (kustomization,) = files.pop("kustomization.yaml")
    yield from (f"kustomization.yaml: {it} is here or there only" for it in sorted(files.keys() ^ set(kustomization["resources"])))
    images = {it["name"] for it in kustomization.get("images", [])}
    named = {(it["kind"], it["metadata"]["name"]): it for documents in files.values() for it in documents}
    for file, documents in files.items():
        for resource in documents:
            kind, metadata = resource["kind"], resource["metadata"]
            said = [] if resource["apiVersion"].startswith(OTHERS) else list(invalid(resource))
            if kind != "Namespace" and metadata.get("namespace") != kustomization["namespace"]:
                said.append(f"it is not in the namespace {kustomization['namespace']}")
            # What does not fit a schema may lack what else is looked at.
            said += [it for check in CHECKS.get(kind, []) for it in check(resource, named)] if not said else []
            yield from (f"{file}: {kind} {metadata['name']}: {it}" for it in said)
    used = {
        container["image"]
        for (kind, _), its in named.items()
        if kind == "Deployment"
        for container in its["spec"]["template"]["spec"]["containers"]
    }
    yield from (f"kustomization.yaml: nobody has the image {it}" for it in sorted(images - used))
    yield from (f"{it} has no tag, and kustomization.yaml gives it none" for it in sorted(used - images) if ":" not in it)


if found := list(complaints(pathlib.Path(sys.argv[1]))):
    sys.exit("\n".join(f"deploy: {complaint}" for complaint in found))
