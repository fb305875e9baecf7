import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { keys } from "@/api/keys";
import { account, batch, bet, figures } from "@/api/testing/fixtures";
import type { Batch } from "@/api/types";
import { applyStats, applyToDesk } from "./apply";
import type { Positioned } from "./positioned";

test("one pass brings lists and single rows up to date", () => {
  const client = new QueryClient();
  client.setQueryData(keys.accounts, { position: 1, value: [account(1)] });
  client.setQueryData(keys.openBatches(1), { position: 1, value: [batch(5)] });
  client.setQueryData(keys.batch(1, 5), { position: 1, value: batch(5) });
  const changed = bet(51, { batch_id: 5, status: "failed", version: 2 });
  applyToDesk(client, [
    { position: 2, message: { type: "bet_status_updated", bet: changed } },
    { position: 3, message: { type: "account_deleted", id: 9 } },
  ]);
  expect(client.getQueryData<Positioned<Batch[]>>(keys.openBatches(1))).toMatchObject({
    position: 3,
    value: [{ bets: [{ status: "failed" }, { status: "pending" }] }],
  });
  expect(client.getQueryData<Positioned<Batch>>(keys.batch(1, 5))?.value.bets[0]?.status).toBe("failed");
});

test("a batch that is completed leaves the open ones and stays readable, closed", () => {
  const client = new QueryClient();
  client.setQueryData(keys.openBatches(1), { position: 1, value: [batch(5)] });
  applyToDesk(client, [
    { position: 2, message: { type: "batch_completed", id: 5, account_id: 1, state: "completed" } },
  ]);
  expect(client.getQueryData<Positioned<Batch[]>>(keys.openBatches(1))?.value).toEqual([]);
  expect(client.getQueryData<Positioned<Batch>>(keys.batch(1, 5))?.value).toMatchObject({
    completed: true,
    state: "completed",
  });
});

test("figures do not start a history that was never read", () => {
  const client = new QueryClient();
  applyStats(client, [figures("2026-11-23T12:00:00Z", { total_bets: 3 })]);
  expect(client.getQueryData(keys.stats)).toMatchObject({ total_bets: 3 });
  expect(client.getQueryData(keys.series)).toBeUndefined();
});
