import type { components } from "./schema";

type Schemas = components["schemas"];

export type Account = Schemas["Account"];
export type NewAccount = Schemas["NewAccount"];
export type Batch = Schemas["Batch"];
export type NewBatch = Schemas["NewBatch"];
export type Bet = Schemas["Bet"];
export type NewBet = Schemas["NewBet"];
export type BetStatus = Bet["status"];
export type BatchState = Batch["state"];
export type BetsReceipt = Schemas["BetsReceipt"];
export type StatsFigures = Schemas["StatsFigures"];
export type StatsSeries = Schemas["StatsSeries"];
export type MarketSummary = Schemas["MarketSummary"];
export type Market = Schemas["Market"];
export type Pool = Schemas["Pool"];
export type SystemInfo = Schemas["SystemInfo"];
export type Need = Schemas["Need"];
export type ProcessInfo = Schemas["ProcessInfo"];
export type ProjectionStatus = Schemas["ProjectionStatus"];
export type Outcomes = Schemas["Outcomes"];
export type FailureGroup = Schemas["FailureGroup"];
export type DeadLetter = Schemas["DeadLetter"];
export type SessionInfo = Schemas["SessionInfo"];
export type Simulation = Schemas["Simulation"];
export type NewSimulation = Schemas["NewSimulation"];
export type Problem = Schemas["Problem"];
export type FieldError = Schemas["FieldError"];

/** A message about accounts, batches or bets: one event of the log, told to the console. */
export type DeskMessage =
  | { type: "account_created" | "account_updated"; account: Account }
  | { type: "account_deleted"; id: number }
  | { type: "batch_created"; batch: Batch }
  | { type: "batch_completed"; id: number; account_id: number; state?: BatchState; version?: number }
  | { type: "bet_status_updated"; bet: Bet }
  | { type: "batch_bets_updated" | "bets_added"; batch_id: number; account_id: number; bets: Bet[] };

/** Any message of the live stream; `type` is also its event name. */
export type LiveMessage =
  | DeskMessage
  | { type: "hello"; log: string; epoch: number; position: number }
  | { type: "resync" }
  | { type: "ping" }
  | { type: "closing"; reason: string; retry_ms: number }
  | ({ type: "stats" } & StatsFigures)
  | { type: "odds"; markets: MarketSummary[] };
