import type { Account, Batch, Bet, StatsFigures } from "@/api/types";

const AT = "2026-11-23T12:00:00Z";

/** An account; version 1 unless told otherwise. */
export function account(id: number, more: Partial<Account> = {}): Account {
  return {
    id,
    name: `Account ${id}`,
    hostname: `host-${id}`,
    created_at: AT,
    updated_at: AT,
    version: 1,
    ...more,
  };
}

/** A pending bet of batch 1. */
export function bet(pid: number, more: Partial<Bet> = {}): Bet {
  return {
    pid,
    id: pid,
    selection: "1/2",
    stake: 6,
    cost: 2,
    status: "pending",
    batch_id: 1,
    version: 1,
    ...more,
  };
}

/** An open batch of account 1. */
export function batch(id: number, more: Partial<Batch> = {}): Batch {
  return {
    id,
    completed: false,
    created_at: AT,
    updated_at: AT,
    meta: { bet_type: "QUINELLA", race_id: id },
    account_id: 1,
    bets: [bet(id * 10 + 1, { id: 1, batch_id: id }), bet(id * 10 + 2, { id: 2, batch_id: id })],
    state: "active",
    version: 1,
    name: null,
    ...more,
  };
}

/** Figures of one second. */
export function figures(at: string, more: Partial<StatsFigures> = {}): StatsFigures {
  return {
    total_bets: 0,
    total_value: 0,
    db_failures: 0,
    redis_failures: 0,
    bets_per_second: 0,
    value_per_second: 0,
    db_failures_per_second: 0,
    redis_failures_per_second: 0,
    bets_table_row_count: 0,
    total_odds: 0,
    pending_bets: 0,
    at,
    ...more,
  };
}
