import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import type { Batch, DeskMessage, LiveMessage, MarketSummary, StatsFigures, StatsSeries } from "@/api/types";
import { reduceAccounts } from "./accounts";
import { reduceBatch, reduceOpenBatches } from "./batches";
import { reduceMarkets, reduceSeries, reduceStats } from "./figures";
import { advanceAll, type Entry, type Positioned, type Reduce } from "./positioned";

/** Seconds that may be missing from the charts before their history is read again. */
const LONGEST_GAP_S = 5;

/** Brings every cached list and row of the desk up to date with these messages, in one write each. */
export function applyToDesk(client: QueryClient, entries: readonly Entry[]): void {
  if (entries.length === 0) return;
  for (const { message } of entries) if (message.type === "batch_completed") keepReadable(client, message);
  for (const query of client.getQueryCache().getAll()) {
    const reduce = reducerOf(query.queryKey);
    const known = query.state.data as Positioned<unknown> | undefined;
    if (!reduce || !known) continue;
    const next = advanceAll(known, entries, reduce);
    if (next !== known) client.setQueryData(query.queryKey, next);
  }
  for (const { message } of entries) {
    if (message.type === "batch_completed") {
      void client.invalidateQueries({ queryKey: keys.closedBatches(message.account_id) });
    } else if (message.type === "account_created") {
      void client.invalidateQueries({ queryKey: keys.system });
    }
  }
}

/** A batch that leaves the open ones is kept as it was, closed, until it is read again. */
function keepReadable(client: QueryClient, message: Extract<DeskMessage, { type: "batch_completed" }>): void {
  const open = client.getQueryData<Positioned<Batch[]>>(keys.openBatches(message.account_id));
  const batch = open?.value.find((each) => each.id === message.id);
  if (!open || !batch) return;
  const key = keys.batch(message.account_id, message.id);
  client.setQueryData(key, { position: open.position, value: reduceBatch(batch.id)(batch, message) });
  void client.invalidateQueries({ queryKey: key, refetchType: "none" });
}

/** Newest figures into the cards and onto the end of the charts. */
export function applyStats(client: QueryClient, messages: readonly StatsFigures[]): void {
  const last = messages.at(-1);
  if (!last) return;
  client.setQueryData<StatsFigures>(keys.stats, (known) => reduceStats(known, last));
  const known = client.getQueryData<StatsSeries>(keys.series);
  if (!known) return;
  const gap = Date.parse(last.at) / 1_000 - (known.seconds.at(-1) ?? 0);
  if (gap > LONGEST_GAP_S + messages.length) void client.invalidateQueries({ queryKey: keys.series });
  else client.setQueryData<StatsSeries>(keys.series, messages.reduce(reduceSeries, known));
}

/** Markets that changed into the list; an open market is read again. */
export function applyOdds(client: QueryClient, changed: readonly MarketSummary[]): void {
  if (changed.length === 0) return;
  client.setQueryData<MarketSummary[]>(keys.markets, (known) => known && reduceMarkets(known, changed));
  for (const market of changed) {
    // A read that is under way is let finish: on a busy market it would be started anew for ever.
    void client.invalidateQueries({ queryKey: keys.market(market.game_id) }, { cancelRefetch: false });
  }
}

/** Figures and markets are read again: their messages cannot be resumed. */
export function reloadFigures(client: QueryClient): void {
  for (const key of [keys.series, keys.markets, ["market"]]) void client.invalidateQueries({ queryKey: key });
}

/** Everything that is shown is read again: the stream cannot say what changed. */
export function reloadAll(client: QueryClient): void {
  void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== keys.stats[0] });
}

/** Reads again what was read before the position from which messages are known. */
export function reloadOlderThan(client: QueryClient, position: number): void {
  void client.invalidateQueries({
    predicate: (query) => {
      const known = query.state.data as Positioned<unknown> | undefined;
      return reducerOf(query.queryKey) !== null && known !== undefined && known.position < position;
    },
  });
}

/** True for messages about accounts, batches and bets. */
export function isDeskMessage(message: LiveMessage): message is Entry["message"] {
  return !["hello", "resync", "ping", "closing", "stats", "odds"].includes(message.type);
}

function reducerOf(key: QueryKey): Reduce<unknown> | null {
  const [kind, first, second] = key;
  if (kind === "accounts") return reduceAccounts as Reduce<unknown>;
  if (kind === "batches" && second === "open") return reduceOpenBatches(Number(first)) as Reduce<unknown>;
  if (kind === "batch") return reduceBatch(Number(second)) as Reduce<unknown>;
  return null;
}
