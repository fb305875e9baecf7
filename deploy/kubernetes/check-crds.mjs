// Holds objects (JSON on standard input) against the schemas of the operators that they are for, and
// prints one line a fault. The packages with these schemas lie in BETSTREAM_CRD_MODELS.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const packages = {
  "keda.sh": "@kubernetes-models/keda",
  "monitoring.coreos.com": "@kubernetes-models/prometheus-operator",
};

async function modelOf(item) {
  const [group, version] = item.apiVersion.split("/");
  const models = path.resolve(process.env.BETSTREAM_CRD_MODELS, "node_modules", packages[group]);
  const module = path.join(models, group, version, item.kind);
  const file = [`${module}.mjs`, `${module}.js`].find((candidate) => existsSync(candidate));
  if (!file) throw new Error(`${packages[group]} knows no ${item.apiVersion} ${item.kind}`);
  return (await import(pathToFileURL(file)))[item.kind];
}

let faults = 0;
for (const item of JSON.parse(readFileSync(0, "utf8"))) {
  try {
    const Model = await modelOf(item);
    new Model(item).validate();
  } catch (fault) {
    console.log(`${item.kind} ${item.metadata.name}: ${fault.message}`);
    faults += 1;
  }
}
process.exit(faults === 0 ? 0 : 1);
