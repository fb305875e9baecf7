/** Names of everything in the query cache. */
export const keys = {
  session: ["session"] as const,
  system: ["system"] as const,
  accounts: ["accounts"] as const,
  openBatches: (accountId: number) => ["batches", accountId, "open"] as const,
  closedBatches: (accountId: number) => ["batches", accountId, "closed"] as const,
  batch: (accountId: number, batchId: number) => ["batch", accountId, batchId] as const,
  stats: ["stats"] as const,
  series: ["series"] as const,
  markets: ["markets"] as const,
  market: (gameId: string) => ["market", gameId] as const,
  outcomes: ["outcomes"] as const,
  failures: ["failures"] as const,
  deadLetters: ["dead-letters"] as const,
  simulation: ["simulation"] as const,
};
