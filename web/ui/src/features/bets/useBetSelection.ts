import { useCallback, useMemo, useState } from "react";
import type { Bet } from "@/api/types";

/** The bet that keys act on and the bets that are ticked, among those shown. */
export function useBetSelection(shown: readonly Bet[]) {
  const [current, setCurrentPid] = useState<number | null>(null);
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set());
  const [anchor, setAnchor] = useState<number | null>(null);

  const checked = useMemo(() => {
    const present = new Set(shown.filter((bet) => ticked.has(bet.pid)).map((bet) => bet.pid));
    return present.size === ticked.size ? ticked : present;
  }, [shown, ticked]);

  const check = useCallback(
    (bet: Bet, range: boolean) => {
      setTicked((before) => {
        const next = new Set(before);
        const turnOn = !before.has(bet.pid);
        for (const pid of range ? between(shown, anchor, bet.pid) : [bet.pid]) {
          if (turnOn || range) next.add(pid);
          else next.delete(pid);
        }
        return next;
      });
      setAnchor(bet.pid);
      setCurrentPid(bet.pid);
    },
    [shown, anchor],
  );

  const place = shown.findIndex((bet) => bet.pid === current);
  return {
    current: place === -1 ? null : current,
    checked,
    check,
    setCurrent: useCallback((bet: Bet) => setCurrentPid(bet.pid), []),
    checkAll: (all: boolean) => setTicked(new Set(all ? shown.map((bet) => bet.pid) : [])),
    clear: () => {
      setTicked(new Set());
      setCurrentPid(null);
    },
    move: (by: number) => {
      const next = place === -1 ? (by > 0 ? 0 : shown.length - 1) : Math.min(shown.length - 1, Math.max(0, place + by));
      setCurrentPid(shown[next]?.pid ?? null);
    },
    toggleCurrent: (range: boolean) => {
      const bet = shown[place];
      if (bet) check(bet, range);
    },
    /** What a status key changes: the ticked bets, or else the current one. */
    targets: (): Bet[] => {
      if (checked.size > 0) return shown.filter((bet) => checked.has(bet.pid));
      const bet = shown[place];
      return bet ? [bet] : [];
    },
  };
}

function between(shown: readonly Bet[], from: number | null, to: number): number[] {
  const start = shown.findIndex((bet) => bet.pid === from);
  const end = shown.findIndex((bet) => bet.pid === to);
  if (start === -1) return [to];
  return shown.slice(Math.min(start, end), Math.max(start, end) + 1).map((bet) => bet.pid);
}
