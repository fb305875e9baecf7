import { useCallback, useMemo, useState } from "react";
import type { Bet } from "@/api/types";

/** The bet that keys act on and the bets that are ticked, among those shown. */
export function useBetSelection(shown: readonly Bet[]) {
  const [cursor, setCursor] = useState<{ pid: number; place: number } | null>(null);
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
      setCursor({ pid: bet.pid, place: shown.findIndex((each) => each.pid === bet.pid) });
    },
    [shown, anchor],
  );

  // A bet that leaves the filter hands the cursor to the one that takes its place.
  const found = cursor ? shown.findIndex((bet) => bet.pid === cursor.pid) : -1;
  const place = cursor && found === -1 ? Math.min(cursor.place, shown.length - 1) : found;
  return {
    current: shown[place]?.pid ?? null,
    checked,
    check,
    setCurrent: useCallback(
      (bet: Bet) => setCursor({ pid: bet.pid, place: shown.findIndex((each) => each.pid === bet.pid) }),
      [shown],
    ),
    checkAll: (all: boolean) => setTicked(new Set(all ? shown.map((bet) => bet.pid) : [])),
    clear: () => {
      setTicked(new Set());
      setCursor(null);
    },
    move: (by: number) => {
      const next =
        place === -1 ? (by > 0 ? 0 : shown.length - 1) : Math.min(shown.length - 1, Math.max(0, place + by));
      const bet = shown[next];
      setCursor(bet ? { pid: bet.pid, place: next } : null);
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
