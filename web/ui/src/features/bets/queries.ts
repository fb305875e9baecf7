import { useMutation, useMutationState } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { api, bodyOf, etag, newKey } from "@/api/client";
import { hasStatus, messageOf } from "@/api/problem";
import type { Batch, Bet } from "@/api/types";
import { useFeed } from "@/live/context";
import { plural } from "@/shared/format";
import { STATUS, type Status } from "@/shared/status";
import { notifyFailed } from "@/shared/ui/notify";

/** A change of status that a person asked for. */
export interface Change {
  batch: Batch;
  /** The bets as the person saw them. */
  bets: Bet[];
  status: Status;
  key: string;
}

/** A bet that someone else changed while the person decided. */
export interface Conflict {
  /** As it is now. */
  bet: Bet;
  /** As the person saw it. */
  seen: Status;
  wanted: Status;
}

/** Changes statuses: shown at once, taken back when the server refuses. */
export function useChangeStatus(batch: Batch) {
  const feed = useFeed();
  const [conflict, setConflict] = useState<Conflict | null>(null);
  /** Versions that our own commands made: a later command of ours builds on them. */
  const own = useRef(new Map<number, number>());

  const mutation = useMutation({
    mutationKey: changeKey(batch.id),
    scope: { id: `batch-${batch.id}` },
    retry: (failures, error) => hasStatus(error, 0) && failures < 2,
    retryDelay: 400,
    mutationFn: async (change: Change): Promise<Bet[]> => {
      const [only] = change.bets;
      if (change.bets.length === 1 && only) return [await changeOne(change, only, own.current.get(only.pid))];
      return changeSeveral(change);
    },
    onSuccess: (bets, change) => {
      for (const bet of bets) own.current.set(bet.pid, bet.version);
      feed.answered({
        type: "batch_bets_updated",
        batch_id: change.batch.id,
        account_id: change.batch.account_id,
        bets,
      });
    },
    onError: async (error, change) => {
      const [only] = change.bets;
      if (!hasStatus(error, 412) || !only) {
        const what = change.bets.length === 1 ? `Bet ${only?.id} was not changed` : "Nothing was changed";
        notifyFailed(what, messageOf(error));
        return;
      }
      const bet = await readBet(change.batch, only.pid);
      feed.answered({ type: "bet_status_updated", bet });
      if (bet.status !== change.status) setConflict({ bet, seen: only.status, wanted: change.status });
    },
  });

  const { mutate } = mutation;
  return useMemo(
    () => ({
      change: (bets: Bet[], status: Status) => {
        const wanted = bets.filter((bet) => bet.status !== status);
        setConflict(null);
        if (wanted.length > 0) mutate({ batch, bets: wanted, status, key: newKey() });
        return wanted.length;
      },
      conflict,
      /** Applies what was wanted to the bet as it is now. */
      insist: () => {
        if (conflict) mutate({ batch, bets: [conflict.bet], status: conflict.wanted, key: newKey() });
        setConflict(null);
      },
      yield: () => setConflict(null),
    }),
    [batch, mutate, conflict],
  );
}

/** The batch's bets with the changes that are still on their way laid over them. */
export function useOptimisticBets(batch: Batch): { bets: Bet[]; busy: ReadonlySet<number> } {
  const changes = useMutationState({
    filters: { mutationKey: changeKey(batch.id), status: "pending" },
    select: (mutation) => mutation.state.variables as Change | undefined,
  });
  return useMemo(() => {
    const overlay = new Map<number, Status>();
    for (const change of changes)
      for (const bet of change?.bets ?? []) overlay.set(bet.pid, change?.status ?? bet.status);
    if (overlay.size === 0) return { bets: batch.bets, busy: new Set<number>() };
    const bets = batch.bets.map((bet) => {
      const status = overlay.get(bet.pid);
      return status && status !== bet.status ? { ...bet, status } : bet;
    });
    return { bets, busy: new Set(overlay.keys()) };
  }, [batch.bets, changes]);
}

/** `3 bets are now successful`. */
export function changedText(count: number, status: Status): string {
  return `${plural(count, "bet")} ${count === 1 ? "is" : "are"} now ${STATUS[status].word.toLowerCase()}.`;
}

function changeKey(batchId: number) {
  return ["bet-status", batchId];
}

function changeOne({ batch, status, key }: Change, bet: Bet, ownVersion: number | undefined): Promise<Bet> {
  return bodyOf(
    api.PATCH("/api/v1/accounts/{account_id}/batches/{batch_id}/bets/{pid}", {
      body: { status },
      params: {
        path: { account_id: batch.account_id, batch_id: batch.id, pid: bet.pid },
        header: { "Idempotency-Key": key, "If-Match": etag(Math.max(bet.version, ownVersion ?? 0)) },
      },
    }),
  );
}

function changeSeveral({ batch, bets, status, key }: Change): Promise<Bet[]> {
  return bodyOf(
    api.PATCH("/api/v1/accounts/{account_id}/batches/{batch_id}/bets", {
      body: bets.map((bet) => ({ pid: bet.pid, status })),
      params: {
        path: { account_id: batch.account_id, batch_id: batch.id },
        header: { "Idempotency-Key": key },
      },
    }),
  );
}

function readBet(batch: Batch, pid: number): Promise<Bet> {
  return bodyOf(
    api.GET("/api/v1/accounts/{account_id}/batches/{batch_id}/bets/{pid}", {
      params: { path: { account_id: batch.account_id, batch_id: batch.id, pid } },
    }),
  );
}
