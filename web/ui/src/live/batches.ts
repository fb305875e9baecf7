import type { Batch, Bet, DeskMessage } from "@/api/types";

/** The open batches of one account, newest first, after a message. */
export function reduceOpenBatches(accountId: number) {
  return (batches: Batch[], message: DeskMessage): Batch[] => {
    switch (message.type) {
      case "batch_created":
        if (message.batch.account_id !== accountId || message.batch.completed) return batches;
        return insertOrMerge(batches, message.batch);
      case "batch_completed":
        return without(batches, message.id);
      case "account_deleted":
        return message.id === accountId && batches.length > 0 ? [] : batches;
      case "bet_status_updated":
        return change(batches, message.bet.batch_id, (batch) => mergeBets(batch, [message.bet], false));
      case "batch_bets_updated":
      case "bets_added":
        return change(batches, message.batch_id, (batch) =>
          mergeBets(batch, message.bets, message.type === "bets_added"),
        );
      default:
        return batches;
    }
  };
}

/** One batch after a message. */
export function reduceBatch(batchId: number) {
  return (batch: Batch, message: DeskMessage): Batch => {
    switch (message.type) {
      case "batch_completed":
        return message.id === batchId ? close(batch, message.state ?? "completed") : batch;
      case "account_deleted":
        return message.id === batch.account_id && !batch.completed ? close(batch, "withdrawn") : batch;
      case "bet_status_updated":
        return message.bet.batch_id === batchId ? mergeBets(batch, [message.bet], false) : batch;
      case "batch_bets_updated":
      case "bets_added":
        return message.batch_id === batchId
          ? mergeBets(batch, message.bets, message.type === "bets_added")
          : batch;
      default:
        return batch;
    }
  };
}

/** The batch with these bets in it: a newer version replaces, an older one changes nothing. */
export function mergeBets(batch: Batch, incoming: readonly Bet[], mayAdd: boolean): Batch {
  const newer = new Map(incoming.map((bet) => [bet.pid, bet]));
  let changed = false;
  const bets = batch.bets.map((known) => {
    const next = newer.get(known.pid);
    newer.delete(known.pid);
    if (!next || next.version <= known.version) return known;
    changed = true;
    return next;
  });
  if (mayAdd && newer.size > 0) {
    changed = true;
    bets.push(...newer.values());
    bets.sort((a, b) => a.id - b.id || a.pid - b.pid);
  }
  if (!changed) return batch;
  const version = Math.max(batch.version, ...incoming.map((bet) => bet.version));
  return { ...batch, bets, version, state: batch.state === "created" ? "active" : batch.state };
}

function close(batch: Batch, state: Batch["state"]): Batch {
  return batch.completed && batch.state === state ? batch : { ...batch, completed: true, state };
}

function change(batches: Batch[], id: number, step: (batch: Batch) => Batch): Batch[] {
  const index = batches.findIndex((batch) => batch.id === id);
  const known = batches[index];
  if (!known) return batches;
  const next = step(known);
  return next === known ? batches : batches.with(index, next);
}

function without(batches: Batch[], id: number): Batch[] {
  return batches.some((batch) => batch.id === id) ? batches.filter((batch) => batch.id !== id) : batches;
}

function insertOrMerge(batches: Batch[], next: Batch): Batch[] {
  if (batches.some((batch) => batch.id === next.id)) {
    return change(batches, next.id, (batch) => mergeBets(batch, next.bets, true));
  }
  const index = batches.findIndex((batch) => batch.id < next.id);
  return batches.toSpliced(index === -1 ? batches.length : index, 0, next);
}
