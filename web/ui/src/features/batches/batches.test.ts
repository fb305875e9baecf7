import { expect, test } from "vitest";
import { batch } from "@/api/testing/fixtures";
import { labelOf, metaOf, nextOpen, textOf, titleOf } from "./describe";
import { amountError, formErrors, toNewBatch } from "./newBatch";

test("a batch is called by its type and race, its name, or its number", () => {
  expect(titleOf(batch(7))).toBe("QUINELLA · Race 7");
  expect(titleOf(batch(7, { meta: {}, name: "game_3" }))).toBe("game_3");
  expect(titleOf(batch(7, { meta: null }))).toBe("Batch 7");
});

test("any meta can be shown", () => {
  expect(metaOf(batch(1, { meta: [1, 2] }))).toEqual({ meta: [1, 2] });
  expect(textOf({ a: 1 })).toBe('{"a":1}');
  expect(labelOf("race_id")).toBe("Race");
});

test("the next batch is the next older, then the newest of the rest", () => {
  const open = [batch(9), batch(7), batch(4)];
  expect(nextOpen(open, 7)).toBe(4);
  expect(nextOpen(open, 4)).toBe(9);
  expect(nextOpen([batch(4)], 4)).toBeUndefined();
});

test.each([
  ["2.50", 2, false, null],
  ["0", 2, true, null],
  ["0", 2, false, "More than 0"],
  ["", 2, false, "Needs an amount"],
  ["-1", 2, false, "Digits and a point, such as 2.50"],
  ["1e3", 2, false, "Digits and a point, such as 2.50"],
  ["1.005", 2, false, "At most 2 decimals"],
  ["1.500", 2, false, null],
  ["1.5", 0, false, "No decimals"],
  ["90071992547409930", 0, false, "Too large"],
])("the amount “%s” with %i decimals", (text, decimals, zeroAllowed, error) => {
  expect(amountError(text, decimals, zeroAllowed)).toBe(error);
});

test("a form becomes a request, its errors named by their paths", () => {
  const form = {
    meta: { bet_type: "EXACTA", race_id: "5" },
    bets: [{ row: "a", selection: " 1/2 ", stake: "6", cost: "2.50" }],
  };
  expect(formErrors(form, 2)).toEqual({});
  expect(toNewBatch(form)).toEqual({
    meta: { bet_type: "EXACTA", race_id: 5 },
    bets: [{ id: 1, selection: "1/2", stake: 6, cost: 2.5 }],
  });
  const wrong = {
    meta: { bet_type: " ", race_id: "x" },
    bets: [{ row: "a", selection: "", stake: "", cost: "1" }],
  };
  expect(Object.keys(formErrors(wrong, 2))).toEqual(["meta.bet_type", "meta.race_id", "bets.0.stake"]);
});
