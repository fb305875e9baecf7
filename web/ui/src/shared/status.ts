import { IconCircleCheck, IconCircleX, IconClockHour4 } from "@tabler/icons-react";
import type { ComponentType } from "react";

/** How something is: the colour that goes with it. */
export type Tone = "ok" | "wait" | "fail" | "info" | "quiet";

/** The words of a bet's status, as the API spells them. */
export type Status = "pending" | "successful" | "failed";

export interface StatusLook {
  word: string;
  tone: Tone;
  key: string;
  icon: ComponentType<{ size?: number; stroke?: number }>;
}

/** Every status with its word, colour, icon and key. */
export const STATUS: Record<Status, StatusLook> = {
  pending: { word: "Pending", tone: "wait", key: "1", icon: IconClockHour4 },
  successful: { word: "Successful", tone: "ok", key: "2", icon: IconCircleCheck },
  failed: { word: "Failed", tone: "fail", key: "3", icon: IconCircleX },
};

export const STATUSES: readonly Status[] = ["pending", "successful", "failed"];

/** Number of rows by status. */
export function countByStatus(rows: readonly { status: Status }[]): Record<Status, number> {
  const counts: Record<Status, number> = { pending: 0, successful: 0, failed: 0 };
  for (const row of rows) counts[row.status] += 1;
  return counts;
}
