/** What a key did: nothing yet, a first key of two, or a whole combination. */
export type KeyOutcome =
  | { kind: "none" }
  | { kind: "prefix"; key: string }
  | { kind: "match"; combo: string };

/** Time in which the second key of two has to come. */
export const SECOND_KEY_MS = 1_200;

export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

/** Finds what a key means: `combos` are single keys (`j`) or two in a row (`g d`). */
export function readKey(press: KeyPress, pending: string | null, combos: readonly string[]): KeyOutcome {
  if (press.ctrlKey || press.metaKey || press.altKey) return { kind: "none" };
  const { key } = press;
  if (pending !== null) {
    const combo = `${pending} ${key}`;
    if (combos.includes(combo)) return { kind: "match", combo };
  }
  if (combos.includes(key)) return { kind: "match", combo: key };
  if (combos.some((combo) => combo.startsWith(`${key} `))) return { kind: "prefix", key };
  return { kind: "none" };
}

/** True when the key goes into a field, or a dialog or menu has the person's attention. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('input, textarea, select, [contenteditable="true"]')) {
    const type = target.getAttribute("type");
    return type !== "checkbox" && type !== "radio";
  }
  return target.closest('[role="dialog"], [role="menu"], [role="listbox"]') !== null;
}
