"""What no schema sees: objects that name each other find each other."""


def name_of(item):
    return f"{item['kind']} {item['metadata']['name']}"


def faults_of_links(objects):
    """Selectors that select nobody, names that nothing has, and Deployments that two would scale."""
    pods = list(labels_of_pods(objects))
    names = {(item["kind"], item["metadata"]["name"]) for item in objects}
    for item in objects:
        for selector in selectors_of(item):
            if not any(selector.items() <= labels.items() for labels in pods):
                yield f"{name_of(item)} selects nobody by {selector}"
        for kind, name in named_by(item):
            if (kind, name) not in names:
                yield f"{name_of(item)} names {kind} {name}, which is not there"
    yield from faults_of_scaling(objects)


def labels_of_pods(objects):
    for item in objects:
        if "template" in item.get("spec", {}):
            yield item["spec"]["template"]["metadata"]["labels"]
        elif item["kind"] == "Pod":
            yield item["metadata"]["labels"]
        elif item["kind"] == "Cluster":
            yield {"cnpg.io/cluster": item["metadata"]["name"]}


def selectors_of(item):
    spec = item.get("spec", {})
    if item["kind"] == "Service":
        yield spec["selector"]
    if item["kind"] in ("PodDisruptionBudget", "Deployment", "StatefulSet"):
        yield spec["selector"]["matchLabels"]
    if item["kind"] == "NetworkPolicy":
        yield spec["podSelector"].get("matchLabels", {})
        for rule in spec.get("ingress", []) + spec.get("egress", []):
            for peer in rule.get("from", []) + rule.get("to", []):
                if "podSelector" in peer and "namespaceSelector" not in peer:
                    yield peer["podSelector"].get("matchLabels", {})


def named_by(item):
    spec = item.get("spec", {})
    if "scaleTargetRef" in spec:
        yield spec["scaleTargetRef"]["kind"], spec["scaleTargetRef"]["name"]
    if item["kind"] == "Ingress":
        for rule in spec["rules"]:
            for path in rule["http"]["paths"]:
                yield "Service", path["backend"]["service"]["name"]
    pod = spec.get("template", {}).get("spec", {})
    if "serviceAccountName" in pod:
        yield "ServiceAccount", pod["serviceAccountName"]
    for container in pod.get("containers", []):
        for source in container.get("envFrom", []):
            yield "ConfigMap", source["configMapRef"]["name"]
    for volume in pod.get("volumes", []):
        if "configMap" in volume:
            yield "ConfigMap", volume["configMap"]["name"]
        if "persistentVolumeClaim" in volume:
            yield "PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]


def faults_of_scaling(objects):
    """Somebody scales a Deployment: a number that stands there, or one autoscaler, and never both."""
    scalers = [item["spec"] for item in objects if "scaleTargetRef" in item.get("spec", {})]
    scaled = [scaler["scaleTargetRef"]["name"] for scaler in scalers]
    for item in objects:
        if item["kind"] == "Deployment":
            by = scaled.count(item["metadata"]["name"]) + ("replicas" in item["spec"])
            if by != 1:
                yield f"{name_of(item)} is scaled by {by}"
