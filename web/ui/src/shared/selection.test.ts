import { describe, expect, test } from "vitest";
import { canonicalSelection, readSelection, selectionError } from "./selection";

test("a selection is its legs, and the text from ** on is commentary", () => {
  expect(readSelection("1/2/3")).toEqual({ legs: ["1", "2", "3"], commentary: "" });
  expect(readSelection(" 4 / 7 ** second string **")).toEqual({
    legs: ["4", "7"],
    commentary: "second string",
  });
  expect(readSelection("** only talk")).toEqual({ legs: [], commentary: "only talk" });
  expect(readSelection("")).toEqual({ legs: [], commentary: "" });
});

describe("the grammar", () => {
  test.each([
    ["WIN", "3"],
    ["PLACE", "99"],
    ["QUINELLA", "2/1"],
    ["EXACTA", " 2 / 1 "],
    ["TRIFECTA", "1/2/3 ** from the barrier"],
    ["moneyline", "anything"],
    ["moneyline", ""],
  ])("%s takes “%s”", (type, text) => {
    expect(selectionError(type, text)).toBeNull();
  });

  test.each([
    ["WIN", "", "Needs one runner"],
    ["WIN", "1/2", "WIN needs"],
    ["WIN", "0", "1 to 99"],
    ["WIN", "100", "1 to 99"],
    ["WIN", "03", "leading zeros"],
    ["QUINELLA", "4/4", "twice"],
    ["EXACTA", "1", "EXACTA needs"],
    ["EXACTA", "1/", "1 to 99"],
    ["TRIFECTA", "1/2/x", "“x”"],
    ["TRIFECTA", "** 1/2/3", "Needs first three"],
  ])("%s refuses “%s”: %s", (type, text, reason) => {
    expect(selectionError(type, text)).toContain(reason);
  });
});

test("only a quinella is put in order", () => {
  expect(canonicalSelection("QUINELLA", "12/3 ** note")).toBe("3/12");
  expect(canonicalSelection("EXACTA", "12/3")).toBe("12/3");
});
