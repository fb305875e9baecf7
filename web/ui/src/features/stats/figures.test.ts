import { describe, expect, test } from "vitest";
import { differenceOf } from "./difference";
import { steps, tail } from "./steps";

describe("stored against counted", () => {
  test.each([
    [0, 0, 0, "Exact"],
    [1000, 1000, 0, "Exact"],
    [1000, 998, 1, "Within 0.2 %"],
    [1000, 996, 2, "Within 0.4 %"],
    [1000, 994, 3, "Within 0.6 %"],
    [1000, 992, 4, "Within 0.8 %"],
    [1000, 990, 5, "Within 1.0 %"],
    [1000, 989, 6, "More than 1 % apart"],
    [0, 3, 6, "More than 1 % apart"],
  ])("%i counted, %i stored: step %i", (counted, stored, step, word) => {
    expect(differenceOf(counted, stored)).toMatchObject({ step, word });
  });
});

test("the table sums the line in whole steps, newest first", () => {
  const line = tail({ seconds: [9, 10, 11, 12], bets: [100, 1, 2, 4], value: [0, 0, 0, 0] }, "bets", 3);
  expect(steps(line, 10)).toEqual([{ from: 10, sum: 7, mean: 7 / 3 }]);
  expect(steps(line, 2)).toEqual([
    { from: 12, sum: 4, mean: 4 },
    { from: 10, sum: 3, mean: 1.5 },
  ]);
});
