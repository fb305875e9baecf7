import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import { keys } from "@/api/keys";
import { messageOf } from "@/api/problem";
import type { Simulation } from "@/api/types";
import { plural } from "@/shared/format";
import { notifyDone, notifyFailed } from "@/shared/ui/notify";

/** What the simulated feed sends when it is started from the console. */
const FEED = { rate: 20, count: 20_000, games: 6 };

/** Loads the sample accounts, batches and bets. */
export function useLoadSamples() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => bodyOf(api.POST("/api/v1/samples")),
    onSuccess: (report) => {
      notifyDone(
        `Loaded ${plural(report.accounts, "account")}, ${plural(report.batches, "batch", "batches")}, ${plural(report.bets, "bet")}.`,
      );
      void client.invalidateQueries({ queryKey: keys.accounts });
      void client.invalidateQueries({ queryKey: keys.system });
    },
    onError: (error) => notifyFailed("The sample data was not loaded", messageOf(error)),
  });
}

/** The simulated feed: whether it runs, how to start it and how to stop it. */
export function useSimulation() {
  const client = useQueryClient();
  const keep = (simulation: Simulation) => {
    client.setQueryData(keys.simulation, simulation);
    void client.invalidateQueries({ queryKey: keys.system });
  };
  const state = useQuery({
    queryKey: keys.simulation,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/simulation", { signal })),
    refetchInterval: (query) => (query.state.data?.running ? 2_000 : 15_000),
  });
  const start = useMutation({
    mutationFn: () => bodyOf(api.POST("/api/v1/simulation", { body: FEED })),
    onSuccess: (simulation) => {
      keep(simulation);
      notifyDone(`A simulated feed of ${simulation.rate} bets a second runs. The live page shows it.`);
    },
    onError: (error) => notifyFailed("The simulated feed was not started", messageOf(error)),
  });
  const stop = useMutation({
    mutationFn: () => bodyOf(api.DELETE("/api/v1/simulation")),
    onSuccess: keep,
    onError: (error) => notifyFailed("The simulated feed was not stopped", messageOf(error)),
  });
  return { state, start, stop };
}
