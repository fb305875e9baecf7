import { describe, expect, test } from "vitest";
import { batch, bet } from "@/api/testing/fixtures";
import { mergeBets, reduceBatch, reduceOpenBatches } from "./batches";

const reduce = reduceOpenBatches(1);

describe("open batches", () => {
  const open = [batch(5), batch(2)];

  test("a new batch of this account comes in, newest first", () => {
    const next = reduce(open, { type: "batch_created", batch: batch(4) });
    expect(next.map((each) => each.id)).toEqual([5, 4, 2]);
  });

  test("a batch of another account changes nothing", () => {
    expect(reduce(open, { type: "batch_created", batch: batch(6, { account_id: 2 }) })).toBe(open);
  });

  test("a completed batch leaves", () => {
    const next = reduce(open, { type: "batch_completed", id: 5, account_id: 1, state: "withdrawn" });
    expect(next.map((each) => each.id)).toEqual([2]);
  });

  test("a bet's new status reaches its batch only", () => {
    const changed = bet(51, { batch_id: 5, id: 1, status: "successful", version: 2 });
    const next = reduce(open, { type: "bet_status_updated", bet: changed });
    expect(next[0]?.bets[0]?.status).toBe("successful");
    expect(next[0]?.version).toBe(2);
    expect(next[1]).toBe(open[1]);
  });

  test("a deleted account takes its batches along", () => {
    expect(reduce(open, { type: "account_deleted", id: 1 })).toEqual([]);
    expect(reduce(open, { type: "account_deleted", id: 2 })).toBe(open);
  });
});

describe("bets of a batch", () => {
  const known = batch(1, { bets: [bet(1, { version: 7, status: "failed" }), bet(2)] });

  test("an older version never overwrites a newer one", () => {
    expect(mergeBets(known, [bet(1, { version: 6, status: "successful" })], false)).toBe(known);
  });

  test("several changes are applied at once", () => {
    const next = mergeBets(
      known,
      [bet(1, { version: 9, status: "pending" }), bet(2, { version: 9, status: "successful" })],
      false,
    );
    expect(next.bets.map((each) => each.status)).toEqual(["pending", "successful"]);
    expect(next.version).toBe(9);
  });

  test("added bets are sorted in by their number, and only where they may be added", () => {
    const added = bet(9, { id: 1, version: 2 });
    expect(mergeBets(known, [added], true).bets.map((each) => each.pid)).toEqual([1, 9, 2]);
    expect(mergeBets(known, [added], false)).toBe(known);
  });
});

test("a single batch is closed by its own message, not by another's", () => {
  const open = batch(3);
  const close = reduceBatch(3);
  expect(close(open, { type: "batch_completed", id: 4, account_id: 1 })).toBe(open);
  const closed = close(open, { type: "batch_completed", id: 3, account_id: 1, state: "submitted" });
  expect(closed).toMatchObject({ completed: true, state: "submitted" });
});
