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

/** Figures by the second: the history once, then each second from the live feed. */
export function useSeries() {
  return useQuery({
    queryKey: keys.series,
    gcTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/v1/stats/series", { params: { query: { seconds: SERIES_SECONDS } }, signal })),
  });
}
