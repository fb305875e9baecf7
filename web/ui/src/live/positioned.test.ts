import { expect, test } from "vitest";
import { account } from "@/api/testing/fixtures";
import { reduceAccounts } from "./accounts";
import { Journal } from "./journal";
import { advance } from "./positioned";

const created = (id: number) => ({ type: "account_created", account: account(id) }) as const;

test("a message at or below the rows' position is left out", () => {
  const rows = { position: 7, value: [account(1)] };
  expect(advance(rows, { position: 7, message: created(2) }, reduceAccounts)).toBe(rows);
  expect(advance(rows, { position: 8, message: created(2) }, reduceAccounts).value).toHaveLength(2);
});

test("a message that changes nothing still moves the position", () => {
  const rows = { position: 7, value: [account(1)] };
  const next = advance(rows, { position: 9, message: { type: "account_deleted", id: 5 } }, reduceAccounts);
  expect(next).toEqual({ position: 9, value: rows.value });
  expect(next.value).toBe(rows.value);
});

test("our own answer is shown at once and does not move the position", () => {
  const next = advance({ position: 7, value: [] }, { position: null, message: created(2) }, reduceAccounts);
  expect(next.position).toBe(7);
  expect(next.value).toHaveLength(1);
});

test("an answer that was overtaken by messages is brought up to date", () => {
  const journal = new Journal();
  journal.restart(3);
  journal.add({ position: 4, message: created(1) });
  journal.add({ position: 5, message: created(2) });
  const rows = journal.catchUp({ position: 4, value: [account(1)] }, reduceAccounts);
  expect(rows.position).toBe(5);
  expect(rows.value.map((each) => each.id)).toEqual([2, 1]);
});

test("an answer from before the first known message may miss some", () => {
  const journal = new Journal();
  expect(journal.misses(0)).toBe(false);
  journal.restart(3);
  expect(journal.misses(2)).toBe(true);
  expect(journal.misses(3)).toBe(false);
});

test("the journal forgets the oldest messages and knows it", () => {
  const journal = new Journal();
  journal.restart(0);
  for (let position = 1; position <= 10_001; position += 1)
    journal.add({ position, message: created(position) });
  expect(journal.since).toBe(5_001);
  expect(journal.misses(5_000)).toBe(true);
});
