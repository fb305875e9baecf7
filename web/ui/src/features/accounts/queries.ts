import { useMutation, useQuery } from "@tanstack/react-query";
import { answerOf, api, bodyOf, etag, headerWords, viewPosition } from "@/api/client";
import { keys } from "@/api/keys";
import type { Account, NewAccount } from "@/api/types";
import { reduceAccounts } from "@/live/accounts";
import { useFeed } from "@/live/context";

/** The open accounts, newest first, kept current by the live feed. */
export function useAccounts() {
  const feed = useFeed();
  return useQuery({
    queryKey: keys.accounts,
    queryFn: ({ signal }) =>
      feed.read(keys.accounts, reduceAccounts, async (min_position) => {
        const call = api.GET("/api/v1/accounts", { params: { query: { min_position } }, signal });
        const { data, headers } = await answerOf(call);
        return { value: data, position: viewPosition(headers) };
      }),
    select: (rows) => rows.value,
  });
}

/** What to save: a new account, or new values of one that is known. */
export interface AccountSave {
  values: NewAccount;
  known: Account | null;
  /** Idempotency key of this save. */
  key: string;
}

/** Creates or changes an account. */
export function useSaveAccount() {
  const feed = useFeed();
  return useMutation({
    mutationFn: ({ values, known, key }: AccountSave): Promise<Account> => {
      if (!known) {
        return bodyOf(
          api.POST("/api/v1/accounts", { body: values, params: { header: { "Idempotency-Key": key } } }),
        );
      }
      return bodyOf(
        api.PUT("/api/v1/accounts/{account_id}", {
          body: values,
          params: {
            path: { account_id: known.id },
            header: { "Idempotency-Key": key, "If-Match": etag(known.version) },
          },
        }),
      );
    },
    onSuccess: (account, { known }) =>
      feed.answered({ type: known ? "account_updated" : "account_created", account }),
  });
}

/** Closes an account: its open batches are withdrawn, its history stays in the log. */
export function useDeleteAccount() {
  const feed = useFeed();
  return useMutation({
    mutationFn: ({ account, reason }: { account: Account; reason: string }) =>
      bodyOf(
        api.DELETE("/api/v1/accounts/{account_id}", {
          params: {
            path: { account_id: account.id },
            header: reason ? { "X-Reason": headerWords(reason) } : {},
          },
        }),
      ),
    onSuccess: (_, { account }) => feed.answered({ type: "account_deleted", id: account.id }),
  });
}
