import { type ComponentType, lazy } from "react";

/** A component from a module that is loaded when it is first shown. */
export function lazyNamed<Props>(load: () => Promise<ComponentType<Props>>) {
  return lazy(async () => ({ default: await load() }));
}
