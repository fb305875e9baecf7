import type { Batch, BatchState } from "@/api/types";
import type { Tone } from "@/shared/status";
import { STATUSES, type Status } from "@/shared/status";

/** The words and colour of every state of a batch. */
export const BATCH_STATE: Record<BatchState, { word: string; tone: Tone }> = {
  created: { word: "No bets yet", tone: "quiet" },
  active: { word: "Open", tone: "info" },
  submitted: { word: "Submitted", tone: "ok" },
  completed: { word: "Completed", tone: "ok" },
  withdrawn: { word: "Withdrawn", tone: "quiet" },
};

/** A batch's `meta` as named values, whatever it is. */
export function metaOf(batch: Batch): Record<string, unknown> {
  const { meta } = batch;
  if (typeof meta === "object" && meta !== null && !Array.isArray(meta))
    return meta as Record<string, unknown>;
  return meta === null || meta === undefined ? {} : { meta };
}

/** The type of the batch's bets, when its `meta` names one. */
export function betTypeOf(batch: Batch): string {
  const type = metaOf(batch).bet_type;
  return typeof type === "string" ? type : "";
}

/** What people call the batch: its type and race, its name, or its number. */
export function titleOf(batch: Batch): string {
  const { bet_type, race_id, name } = metaOf(batch);
  const parts = [
    typeof bet_type === "string" && bet_type !== "" ? bet_type : null,
    typeof race_id === "number" || typeof race_id === "string" ? `Race ${race_id}` : null,
  ].filter(Boolean);
  if (parts.length > 0) return parts.join(" · ");
  const called = batch.name ?? (typeof name === "string" ? name : null);
  return called || `Batch ${batch.id}`;
}

/** One value of `meta` as text. */
export function textOf(value: unknown): string {
  if (value === null) return "none";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** `meta_key` → `Meta key`. */
export function labelOf(key: string): string {
  const words = key
    .replaceAll(/[_-]+/g, " ")
    .replace(/\bid\b/, "")
    .trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The open batch to work on after this one: the next older, else the newest of the rest. */
export function nextOpen(open: readonly Batch[], doneId: number): number | undefined {
  const after = open.filter((batch) => batch.id !== doneId);
  return (after.find((batch) => batch.id < doneId) ?? after[0])?.id;
}

/** The `bets` search value as a status, or undefined for all. */
export function asStatus(text: string | undefined): Status | undefined {
  return STATUSES.find((status) => status === text);
}
