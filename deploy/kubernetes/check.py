"""Renders the chart with Helm's own engine and checks what comes out, without a cluster.

    check.py            lint; render each of values/, validate every object; refuse each of refused/;
                        compare base/ with the rendering of the chart's own values
    check.py --write    write that rendering into base/

Kubernetes' own objects are held against its schemas of the oldest and the newest version that the chart
is for; KEDA's and the Prometheus operator's against theirs (check-crds.mjs), CloudNativePG's Cluster
against schemas/, the NATS configuration by a nats-server, names against what they name (links.py).
`scripts/lint-deploy` runs it with what it needs.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

import helm_python
import jsonschema
import kubernetes_validate
import yaml

from links import faults_of_links, name_of

HERE = pathlib.Path(__file__).parent
CHART = HERE / "chart"
BASE = HERE / "base" / "betstream.yaml"
KUBERNETES = ("1.30", "1.37")
OF_OPERATORS = ("keda.sh/", "monitoring.coreos.com/")
WRITTEN = "# Rendered from ../chart with its own values: make kustomize-base. Not changed by hand.\n"
NAMESPACE = "betstream"


def render(values):
    """The objects of the chart with these values, in the order of its files, and their text."""
    with helm_python.Chart.load(CHART) as chart:
        files = chart.render(values=values, name="betstream", namespace=NAMESPACE)
    texts = [text for name, text in sorted(files.items()) if name.endswith(".yaml")]
    text = "---\n".join(part.strip() + "\n" for part in texts if part.strip())
    objects = [item for item in yaml.safe_load_all(text) if item]
    return objects, text


def faults_of(objects):
    """What is wrong with the objects, each fault in one line."""
    foreign = [item for item in objects if item["apiVersion"].startswith(OF_OPERATORS)]
    yield from faults_of_operators(foreign)
    yield from faults_of_links(objects)
    seen = set()
    for item in objects:
        key = (item["kind"], item["metadata"]["name"])
        if key in seen:
            yield f"{name_of(item)} is there twice"
        seen.add(key)
        if item["apiVersion"] == "postgresql.cnpg.io/v1":
            yield from faults_by_schema(item, "cluster.postgresql.cnpg.io.json")
        elif item not in foreign:
            for version in KUBERNETES:
                yield from faults_of_kubernetes(item, version)
        if "nats.conf" in item.get("data", {}):
            yield from faults_of_nats(item)
        if "template" in item.get("spec", {}):
            yield from faults_of_pod(item)


def faults_of_kubernetes(item, version):
    try:
        kubernetes_validate.validate(item, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        path = ".".join(str(part) for part in error.path)
        yield f"{name_of(item)} (Kubernetes {version}): {path}: {error.message}"
    except kubernetes_validate.SchemaNotFoundError as error:
        yield f"{name_of(item)}: {error.message}"


def faults_of_nats(item):
    """What the server that tests use says of the configuration of the chart's."""
    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write(item["data"]["nats.conf"])
        file.flush()
        command = [os.environ["BETSTREAM_NATS_SERVER"], "-t", "-c", file.name]
        environment = {**os.environ, "POD_NAME": "betstream-nats-0"}
        asked = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if asked.returncode:
        yield f"{name_of(item)}: {asked.stderr}"


def faults_by_schema(item, name):
    schema = json.loads((HERE / "schemas" / name).read_text())
    for error in jsonschema.Draft7Validator(schema).iter_errors(item):
        yield f"{name_of(item)}: {'.'.join(map(str, error.path))}: {error.message}"


def faults_of_operators(objects):
    """What the operators' own models say; they are JavaScript."""
    if not objects:
        return
    asked = subprocess.run(
        ["node", HERE / "check-crds.mjs"],
        input=json.dumps(objects),
        capture_output=True,
        text=True,
        env=os.environ,
        check=False,
    )
    if asked.returncode not in (0, 1) or asked.stderr:
        yield f"check-crds.mjs: {asked.stderr}"
    yield from asked.stdout.splitlines()


def faults_of_pod(item):
    """Rules of ours that no schema has: nobody is root, nothing is written, every secret is named."""
    pod = item["spec"]["template"]["spec"]
    if not pod.get("securityContext", {}).get("runAsNonRoot"):
        yield f"{name_of(item)} may run as root"
    for container in pod["containers"]:
        security = container.get("securityContext", {})
        if not security.get("readOnlyRootFilesystem"):
            yield f"{name_of(item)}: its file system can be written to"
        if security.get("capabilities", {}).get("drop") != ["ALL"]:
            yield f"{name_of(item)} keeps capabilities"
        if not container.get("resources", {}).get("limits", {}).get("memory"):
            yield f"{name_of(item)} has no bound on its memory"
        if "readinessProbe" not in container or "livenessProbe" not in container:
            yield f"{name_of(item)} has no probes"
        for variable in container.get("env", []):
            if any(word in variable["name"] for word in ("SECRET", "PASSWORD", "DATABASE_URL")):
                if "valueFrom" not in variable:
                    yield f"{name_of(item)}: {variable['name']} is written down"


def faults_of_refusals():
    """Each of refused/ must be refused, in words that name what its first line names."""
    for path in sorted((HERE / "refused").glob("*.yaml")):
        text = path.read_text()
        expected = text.splitlines()[0].removeprefix("# ")
        try:
            render(yaml.safe_load(text))
        except helm_python.HelmError as error:
            # A schema's fault names the place as a path with slashes.
            said = str(error)
            if expected not in said and expected.replace("/", ".") not in said:
                yield f"{path.name} is refused, but not for {expected!r}: {said}"
        else:
            yield f"{path.name} is not refused"


def faults_of_base(text):
    written = BASE.read_text() if BASE.exists() else ""
    if written != text:
        yield f"{BASE.relative_to(HERE)} is not what the chart renders: make kustomize-base"


def main(arguments):
    helm_python.disable_logging()
    objects, text = render({})
    if arguments == ["--write"]:
        BASE.write_text(WRITTEN + text)
        return 0
    faults = list(faults_of_base(WRITTEN + text))
    report = helm_python.lint(CHART, {}, strict=True)
    faults += [f"helm lint: {message}" for message in report["errors"]]
    rendered = [("the chart's own values", objects)]
    for path in sorted((HERE / "values").glob("*.yaml")):
        rendered.append((path.name, render(yaml.safe_load(path.read_text()))[0]))
    for source, objects in rendered:
        faults += [f"{source}: {fault}" for fault in faults_of(objects)]
    faults += faults_of_refusals()
    for fault in faults:
        print(fault)
    refused = len(list((HERE / "refused").glob("*.yaml")))
    count = sum(len(objects) for _, objects in rendered)
    print(f"{len(rendered)} sets of values, {count} objects; {refused} refusals; {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
