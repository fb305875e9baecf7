import { expect, test } from "vitest";
import { figures } from "@/api/testing/fixtures";
import { reduceMarkets, reduceSeries, reduceStats, SERIES_SECONDS } from "./figures";

const second = (at: number, bets = 1) =>
  figures(new Date(at * 1_000).toISOString(), { bets_per_second: bets, value_per_second: bets * 10 });

test("older figures never replace newer ones", () => {
  const newer = second(100);
  expect(reduceStats(newer, second(99))).toBe(newer);
  expect(reduceStats(newer, second(101)).at).toBe(second(101).at);
});

test("a second that no message named carries the rate of the next", () => {
  const series = reduceSeries({ seconds: [10], bets: [4], value: [40] }, second(13, 7));
  expect(series).toEqual({ seconds: [10, 11, 12, 13], bets: [4, 7, 7, 7], value: [40, 70, 70, 70] });
});

test("a second that is told twice keeps its larger count, an older one changes nothing", () => {
  const known = { seconds: [10], bets: [4], value: [40] };
  expect(reduceSeries(known, second(10, 6)).bets).toEqual([6]);
  expect(reduceSeries(known, second(9, 6))).toBe(known);
});

test("the series keeps its length", () => {
  const start = { seconds: [0], bets: [1], value: [1] };
  const series = reduceSeries(start, second(5_000));
  expect(series.seconds).toHaveLength(SERIES_SECONDS);
  expect(series.seconds.at(-1)).toBe(5_000);
});

test("markets that changed are replaced, new ones added, and counts never go back", () => {
  const market = (game_id: string, bets: number) => ({
    game_id,
    bets,
    turnover: bets,
    odds_updates: bets,
    last_bet_at: "2026-11-23T12:00:00Z",
  });
  const known = [market("a", 5), market("b", 5)];
  const next = reduceMarkets(known, [market("a", 6), market("b", 4), market("c", 1)]);
  expect(next.map((each) => [each.game_id, each.bets])).toEqual([
    ["c", 1],
    ["a", 6],
    ["b", 5],
  ]);
  expect(reduceMarkets(known, [market("b", 4)])).toBe(known);
});
