import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import { keys } from "@/api/keys";

const EVERY_MS = 5_000;

/** What became of the stream's messages. */
export function useOutcomes() {
  return useQuery({
    queryKey: keys.outcomes,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/outcomes", { signal })),
    refetchInterval: EVERY_MS,
  });
}

/** Failures grouped by their cause. */
export function useFailures() {
  return useQuery({
    queryKey: keys.failures,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/failures", { signal })),
    refetchInterval: EVERY_MS,
  });
}

/** The newest messages that could not be read. */
export function useDeadLetters() {
  return useQuery({
    queryKey: keys.deadLetters,
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/v1/dead-letters", { params: { query: { limit: 50 } }, signal })),
    refetchInterval: EVERY_MS,
  });
}
