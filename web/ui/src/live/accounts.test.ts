import { expect, test } from "vitest";
import { account } from "@/api/testing/fixtures";
import { reduceAccounts } from "./accounts";

const known = [account(3), account(1, { version: 4 })];

test("a new account takes its place, newest first", () => {
  const next = reduceAccounts(known, { type: "account_created", account: account(2) });
  expect(next.map((each) => each.id)).toEqual([3, 2, 1]);
});

test("a newer version replaces the row", () => {
  const renamed = account(1, { version: 5, name: "Renamed" });
  expect(reduceAccounts(known, { type: "account_updated", account: renamed })[1]?.name).toBe("Renamed");
});

test("an older version never overwrites a newer row", () => {
  const older = account(1, { version: 3, name: "Older" });
  expect(reduceAccounts(known, { type: "account_updated", account: older })).toBe(known);
});

test("an account that was created twice is there once", () => {
  expect(reduceAccounts(known, { type: "account_created", account: account(3) })).toBe(known);
});

test("a deleted account leaves, and an unknown one changes nothing", () => {
  expect(reduceAccounts(known, { type: "account_deleted", id: 3 }).map((each) => each.id)).toEqual([1]);
  expect(reduceAccounts(known, { type: "account_deleted", id: 9 })).toBe(known);
});
