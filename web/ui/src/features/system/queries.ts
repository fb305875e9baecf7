import { useQuery } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import { keys } from "@/api/keys";

/** What runs where, and in which currency the log counts. Read again every so often while `everyMs` says so. */
export function useSystem(everyMs?: number) {
  return useQuery({
    queryKey: keys.system,
    queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/system", { signal })),
    refetchInterval: everyMs ?? false,
  });
}
