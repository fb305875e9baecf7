import type { StatsSeries } from "@/api/types";

export interface Line {
  seconds: number[];
  values: number[];
}

export interface Step {
  /** Unix second at which it starts. */
  from: number;
  sum: number;
  mean: number;
}

/** The last seconds of one column. */
export function tail(series: StatsSeries, column: "bets" | "value", range: number): Line {
  const first = Math.max(0, series.seconds.length - range);
  return { seconds: series.seconds.slice(first), values: series[column].slice(first) };
}

/** The line in steps of so many seconds, on whole multiples, newest first. */
export function steps(line: Line, size: number): Step[] {
  const byStart = new Map<number, { sum: number; count: number }>();
  line.seconds.forEach((second, index) => {
    const from = Math.floor(second / size) * size;
    const step = byStart.get(from) ?? { sum: 0, count: 0 };
    step.sum += line.values[index] ?? 0;
    step.count += 1;
    byStart.set(from, step);
  });
  return [...byStart]
    .map(([from, { sum, count }]) => ({ from, sum, mean: sum / count }))
    .sort((a, b) => b.from - a.from);
}
