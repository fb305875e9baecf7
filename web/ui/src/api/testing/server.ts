import { HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import type { Account, Batch, SystemInfo } from "@/api/types";

const ORIGIN = "http://localhost:3001";

/** The address of a path, as the client asks for it. */
export function at(path: string): string {
  return `${ORIGIN}${path}`;
}

const system: SystemInfo = {
  version: "0.1.0",
  log: "log",
  epoch: 1,
  currency: "EUR",
  currency_decimals: 2,
  position: 10,
  pod_id: "test:1",
  needs: [],
  processes: [],
  projections: [],
  authentication: "open",
  empty: false,
};

/** A problem answer. */
export function problem(status: number, code: string, detail: string, errors: object[] = []) {
  return HttpResponse.json(
    { type: `/problems/${code}`, title: code, status, code, detail, errors },
    { status, headers: { "content-type": "application/problem+json" } },
  );
}

/** Rows with the log position that they count up to. */
export function rows<T extends object>(value: T, position = 10) {
  return HttpResponse.json(value, { headers: { "x-view-position": String(position) } });
}

/** Answers of a desk with these accounts and batches. */
export function desk(accounts: Account[], batches: Batch[]) {
  return [
    http.get(at("/api/v1/accounts"), () => rows(accounts)),
    http.get(at("/api/v1/accounts/:account/batches"), ({ params, request }) => {
      const completed = new URL(request.url).searchParams.get("completed") === "true";
      return rows(
        batches.filter((each) => each.account_id === Number(params.account) && each.completed === completed),
      );
    }),
  ];
}

/** The server that stands in for the real one in tests of components. */
export const server = setupServer(
  http.get(at("/api/v1/session"), () => HttpResponse.json({ name: "local", mode: "open" })),
  http.get(at("/api/v1/system"), () => HttpResponse.json(system)),
  http.get(at("/api/v1/simulation"), () =>
    HttpResponse.json({ running: false, rate: 0, count: 0, sent: 0, games: 0 }),
  ),
);
