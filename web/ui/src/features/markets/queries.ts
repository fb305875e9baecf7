import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import { keys } from "@/api/keys";

/** More games than a person looks through; the rest is in the API. */
const MOST = 200;

/** The most recently active games, kept current by the live feed. */
export function useMarkets() {
  return useQuery({
    queryKey: keys.markets,
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/v1/markets", { params: { query: { limit: MOST } }, signal })),
  });
}

/** One game with its pools; read again whenever the live feed says that it changed. */
export function useMarket(gameId: string) {
  return useQuery({
    queryKey: keys.market(gameId),
    queryFn: ({ signal }) =>
      bodyOf(api.GET("/api/v1/markets/{game_id}", { params: { path: { game_id: gameId } }, signal })),
  });
}
