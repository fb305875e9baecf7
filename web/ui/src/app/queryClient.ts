import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import { ApiError, hasStatus } from "@/api/problem";

/** The query cache of this tab: lists are kept current by the live feed, so nothing goes stale by age. */
export function makeQueryClient(): QueryClient {
  const onError = (error: unknown, key?: unknown) => {
    if (hasStatus(error, 401) && key !== keys.session[0]) client.setQueryData(keys.session, null);
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error, query) => onError(error, query.queryKey[0]) }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        if (mutation.options.mutationKey?.[0] !== "sign-in") onError(error);
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 2 && !(error instanceof ApiError && isRefusal(error.status)),
        retryDelay: (attempt) => 400 * 2 ** attempt,
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
  return client;
}

/** Asking again will not help. */
function isRefusal(status: number): boolean {
  return status >= 400 && status < 500;
}
