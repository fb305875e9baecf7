import type { Tone } from "@/shared/status";

/** Steps of the difference between counted and stored bets, as shares of the counted ones. */
const STEPS = [0.002, 0.004, 0.006, 0.008, 0.01] as const;

/** How far stored and counted bets are apart, and how serious that is: step 0 is exact, 6 is beyond 1 %. */
export interface Difference {
  missing: number;
  share: number;
  step: number;
  word: string;
  tone: Tone;
}

/** Compares the stored rows with the counted bets. */
export function differenceOf(counted: number, stored: number): Difference {
  const missing = counted - stored;
  const share = counted === 0 ? (missing === 0 ? 0 : 1) : Math.abs(missing) / counted;
  if (missing === 0) return { missing, share, step: 0, word: "Exact", tone: "ok" };
  const within = STEPS.findIndex((limit) => share <= limit);
  const step = within === -1 ? STEPS.length + 1 : within + 1;
  const limit = STEPS[within];
  const word = limit === undefined ? "More than 1 % apart" : `Within ${(limit * 100).toFixed(1)} %`;
  return { missing, share, step, word, tone: step <= 2 ? "ok" : step <= 4 ? "wait" : "fail" };
}
