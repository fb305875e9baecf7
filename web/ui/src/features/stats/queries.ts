import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import { keys } from "@/api/keys";
import type { StatsFigures } from "@/api/types";
import { SERIES_SECONDS } from "@/live/figures";

/** The latest figures; only the live feed brings them. */
export function useStats(): StatsFigures | undefined {
  return useQuery<StatsFigures>({ queryKey: keys.stats, enabled: false, gcTime: Number.POSITIVE_INFINITY })
    .data;
}

/** How often the exact history replaces what was drawn from live figures. */
const SETTLE_EVERY_MS = 30_000;

/** Figures by the second: the history, then each second from the live feed until the history is read again. */
export function useSeries() {
  return useQuery({
    queryKey: keys.series,
    gcTime: Number.POSITIVE_INFINITY,
    refetchInterval: SETTLE_EVERY_MS,
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/v1/stats/series", { params: { query: { seconds: SERIES_SECONDS } }, signal })),
  });
}
