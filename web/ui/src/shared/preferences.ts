import { useSyncExternalStore } from "react";
import type { Zone } from "./format";

const ZONE = "betstream.zone";
const listeners = new Set<() => void>();
let zone: Zone = read();

function read(): Zone {
  try {
    return localStorage.getItem(ZONE) === "utc" ? "utc" : "local";
  } catch {
    return "local";
  }
}

/** The zone that times are shown in, kept in this browser. */
export function useZone(): [Zone, (next: Zone) => void] {
  return [useSyncExternalStore(subscribe, () => zone), setZone];
}

function setZone(next: Zone): void {
  zone = next;
  try {
    localStorage.setItem(ZONE, next);
  } catch {
    // A browser that keeps nothing shows the choice until the page is left.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
