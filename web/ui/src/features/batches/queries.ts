import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { answerOf, api, bodyOf, nextCursor, viewPosition } from "@/api/client";
import { keys } from "@/api/keys";
import type { Batch, NewBatch } from "@/api/types";
import { reduceBatch, reduceOpenBatches } from "@/live/batches";
import { useFeed } from "@/live/context";

const PAGE = 50;

/** The open batches of an account, newest first, kept current by the live feed. */
export function useOpenBatches(accountId: number) {
  const feed = useFeed();
  const key = keys.openBatches(accountId);
  return useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      feed.read(key, reduceOpenBatches(accountId), async (min_position) => {
        const call = api.GET("/api/v1/accounts/{account_id}/batches", {
          params: { path: { account_id: accountId }, query: { completed: false, min_position } },
          signal,
        });
        const { data, headers } = await answerOf(call);
        return { value: data.filter((batch) => !batch.completed), position: viewPosition(headers) };
      }),
    select: (rows) => rows.value,
  });
}

/** The account's batches that are no longer open, newest first, a page at a time. */
export function useClosedBatches(accountId: number, enabled: boolean) {
  return useInfiniteQuery({
    queryKey: keys.closedBatches(accountId),
    enabled,
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const call = api.GET("/api/v1/accounts/{account_id}/batches", {
        params: {
          path: { account_id: accountId },
          query: { completed: true, limit: PAGE, cursor: pageParam },
        },
        signal,
      });
      const { data, headers } = await answerOf(call);
      return { batches: data.filter((batch) => batch.completed), next: nextCursor(headers) };
    },
    getNextPageParam: (page) => page.next ?? undefined,
    select: (pages) => pages.pages.flatMap((page) => page.batches),
  });
}

/** One batch by itself: for those that are not among the open ones. */
export function useBatch(accountId: number, batchId: number, enabled: boolean) {
  const feed = useFeed();
  const key = keys.batch(accountId, batchId);
  return useQuery({
    queryKey: key,
    enabled,
    queryFn: ({ signal }) =>
      feed.read(key, reduceBatch(batchId), async (min_position) => {
        const call = api.GET("/api/v1/accounts/{account_id}/batches/{batch_id}", {
          params: { path: { account_id: accountId, batch_id: batchId }, query: { min_position } },
          signal,
        });
        const { data, headers } = await answerOf(call);
        return { value: data, position: viewPosition(headers) };
      }),
    select: (row) => row.value,
  });
}

/** Creates a batch. */
export function useCreateBatch(accountId: number) {
  const feed = useFeed();
  return useMutation({
    mutationFn: ({ body, key }: { body: NewBatch; key: string }) =>
      bodyOf(
        api.POST("/api/v1/accounts/{account_id}/batches", {
          body,
          params: { path: { account_id: accountId }, header: { "Idempotency-Key": key } },
        }),
      ),
    onSuccess: (batch) => feed.answered({ type: "batch_created", batch }),
  });
}

/** Submits a batch: nothing changes in it afterwards. */
export function useSubmitBatch() {
  const feed = useFeed();
  return useMutation({
    mutationFn: (batch: Batch) =>
      bodyOf(
        api.DELETE("/api/v1/accounts/{account_id}/batches/{batch_id}", {
          params: { path: { account_id: batch.account_id, batch_id: batch.id } },
        }),
      ),
    onSuccess: (_, batch) =>
      feed.answered({ type: "batch_completed", id: batch.id, account_id: batch.account_id }),
  });
}

/** Takes an open batch back, with a reason. */
export function useWithdrawBatch() {
  const feed = useFeed();
  return useMutation({
    mutationFn: ({ batch, reason, key }: { batch: Batch; reason: string; key: string }) =>
      bodyOf(
        api.POST("/api/v1/accounts/{account_id}/batches/{batch_id}/withdraw", {
          body: { reason },
          params: {
            path: { account_id: batch.account_id, batch_id: batch.id },
            header: { "Idempotency-Key": key },
          },
        }),
      ),
    onSuccess: (_, { batch }) =>
      feed.answered({
        type: "batch_completed",
        id: batch.id,
        account_id: batch.account_id,
        state: "withdrawn",
      }),
  });
}
