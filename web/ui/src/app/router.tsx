import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouterHistory,
  redirect,
} from "@tanstack/react-router";
import { DeskPage } from "./desk/DeskPage";
import { NotFoundPage } from "./NotFoundPage";
import { Shell } from "./shell/Shell";

/** What the desk's address holds. */
export interface DeskSearch {
  account?: number;
  batch?: number;
  /** Completed batches are listed instead of the open ones. */
  show?: "closed";
  /** Bets of this status only. */
  bets?: string;
  /** Accounts with this text. */
  q?: string;
}

/** What the live page's address holds. */
export interface LiveSearch {
  market?: string;
  sort?: "turnover" | "game";
  /** Seconds that the charts show. */
  range?: number;
}

const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/desk" });
  },
});

const desk = createRoute({
  getParentRoute: () => root,
  path: "/desk",
  component: DeskPage,
  validateSearch: (search: Record<string, unknown>): DeskSearch => ({
    account: id(search.account),
    batch: id(search.batch),
    show: search.show === "closed" ? "closed" : undefined,
    bets: text(search.bets),
    q: text(search.q),
  }),
});

const live = createRoute({
  getParentRoute: () => root,
  path: "/live",
  component: lazyRouteComponent(() => import("./live/LivePage"), "LivePage"),
  validateSearch: (search: Record<string, unknown>): LiveSearch => ({
    market: text(search.market),
    sort: search.sort === "turnover" || search.sort === "game" ? search.sort : undefined,
    range: [60, 900].find((seconds) => seconds === Number(search.range)),
  }),
});

const routeTree = root.addChildren([home, desk, live]);

/** The pages and their addresses. */
export function makeRouter(history?: RouterHistory) {
  return createRouter({ routeTree, history, defaultPreload: "intent" });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}

function id(value: unknown): number | undefined {
  const number = Number(value);
  return value !== undefined && Number.isSafeInteger(number) && number > 0 ? number : undefined;
}

function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
