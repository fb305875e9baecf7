/** Silence after which the page says that its data may be old. */
export const STALE_AFTER_MS = 20_000;
/** Silence after which the connection is given up and made anew. */
export const ABANDON_AFTER_MS = 40_000;
/** Failed attempts in a row after which the page says so in a banner. */
export const OFFLINE_AFTER_ATTEMPTS = 5;

export type Phase = "connecting" | "live" | "reconnecting" | "stale" | "offline";

/** The state of the one live connection; times are milliseconds of the page's clock. */
export interface ConnectionState {
  phase: Phase;
  /** Failed attempts since the connection was last good. */
  attempts: number;
  /** When the server was last heard; null before the first time. */
  heardAt: number | null;
  /** When the next attempt starts; null while none is planned. */
  retryAt: number | null;
}

export type ConnectionEvent =
  | { kind: "attempted" }
  | { kind: "heard"; at: number }
  | { kind: "failed"; at: number; retryAt: number }
  | { kind: "ticked"; at: number }
  | { kind: "network-lost" };

export const initialState: ConnectionState = {
  phase: "connecting",
  attempts: 0,
  heardAt: null,
  retryAt: null,
};

/** The connection's state after an event. Returns the same object when nothing changes. */
export function nextState(state: ConnectionState, event: ConnectionEvent): ConnectionState {
  switch (event.kind) {
    case "attempted":
      return { ...state, retryAt: null };
    case "heard":
      return { phase: "live", attempts: 0, heardAt: event.at, retryAt: null };
    case "failed": {
      const attempts = state.attempts + 1;
      const phase = attempts >= OFFLINE_AFTER_ATTEMPTS ? "offline" : "reconnecting";
      return { ...state, phase, attempts, retryAt: event.retryAt };
    }
    case "ticked":
      if (state.phase === "live" && isSilent(state, event.at, STALE_AFTER_MS)) {
        return { ...state, phase: "stale" };
      }
      return state;
    case "network-lost":
      return { ...state, phase: "offline", retryAt: null };
  }
}

/** True when nothing was heard for so long that the connection should be made anew. */
export function shouldAbandon(state: ConnectionState, now: number): boolean {
  return state.phase === "stale" && isSilent(state, now, ABANDON_AFTER_MS);
}

/** Milliseconds to wait after so many failed attempts: doubling from half a second to 15 s, with jitter. */
export function retryDelay(attempts: number, random: number): number {
  const base = Math.min(15_000, 500 * 2 ** Math.max(0, attempts - 1));
  return Math.round(base * (0.75 + random * 0.5));
}

function isSilent(state: ConnectionState, now: number, limit: number): boolean {
  return state.heardAt !== null && now - state.heardAt > limit;
}
