"""Prints the expressions of all dashboards as recording rules, for promtool to read.

Fails when two dashboards or two panels share an id, for Grafana would then show one of them.
"""

import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
VARIABLES = {"$__rate_interval": "1m", "$instance": ".*"}


def expressions(panels):
    for panel in panels:
        yield from expressions(panel.get("panels", []))
        for target in panel.get("targets", []):
            yield target["expr"]


def main():
    dashboards = {path.name: json.loads(path.read_text()) for path in sorted(HERE.glob("dashboards/*.json"))}
    if len({board["uid"] for board in dashboards.values()}) != len(dashboards):
        sys.exit("two dashboards have the same uid")
    rules = []
    for name, board in dashboards.items():
        ids = [panel["id"] for panel in board["panels"]]
        if len(set(ids)) != len(ids):
            sys.exit(f"{name}: two panels have the same id")
        for text in expressions(board["panels"]):
            for variable, value in VARIABLES.items():
                text = text.replace(variable, value)
            rules.append({"record": f"dashboard:{len(rules)}", "expr": text})
    print(json.dumps({"groups": [{"name": "dashboards", "rules": rules}]}))


main()
