import type { DeskMessage } from "@/api/types";

/** Rows together with the log position up to which they count. */
export interface Positioned<T> {
  position: number;
  value: T;
}

/** A message and its log position; null for the answer to a command of our own, which only versions order. */
export interface Entry {
  position: number | null;
  message: DeskMessage;
}

/** A pure step: the rows after a message. Returns the same object when nothing changes. */
export type Reduce<T> = (value: T, message: DeskMessage) => T;

/** Rows after an entry; entries at or below the position that the rows already count are left out. */
export function advance<T>(cache: Positioned<T>, entry: Entry, reduce: Reduce<T>): Positioned<T> {
  if (entry.position !== null && entry.position <= cache.position) return cache;
  const value = reduce(cache.value, entry.message);
  const position = entry.position ?? cache.position;
  return value === cache.value && position === cache.position ? cache : { position, value };
}

/** Rows after several entries, in order. */
export function advanceAll<T>(
  cache: Positioned<T>,
  entries: readonly Entry[],
  reduce: Reduce<T>,
): Positioned<T> {
  return entries.reduce((rows, entry) => advance(rows, entry, reduce), cache);
}
