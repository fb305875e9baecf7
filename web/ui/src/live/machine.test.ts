import { describe, expect, test } from "vitest";
import {
  ABANDON_AFTER_MS,
  type ConnectionEvent,
  initialState,
  nextState,
  OFFLINE_AFTER_ATTEMPTS,
  retryDelay,
  STALE_AFTER_MS,
  shouldAbandon,
} from "./machine";

const stateAfter = (...events: ConnectionEvent[]) => events.reduce(nextState, initialState);
const heard = (at: number): ConnectionEvent => ({ kind: "heard", at });
const failed: ConnectionEvent = { kind: "failed", at: 0, retryAt: 500 };

describe("the live connection", () => {
  test("is live once something was heard", () => {
    expect(stateAfter({ kind: "attempted" }).phase).toBe("connecting");
    expect(stateAfter({ kind: "attempted" }, heard(5))).toMatchObject({
      phase: "live",
      heardAt: 5,
      attempts: 0,
    });
  });

  test("is stale after 20 seconds of silence, and live again with the next word", () => {
    expect(stateAfter(heard(0), { kind: "ticked", at: STALE_AFTER_MS }).phase).toBe("live");
    const stale = stateAfter(heard(0), { kind: "ticked", at: STALE_AFTER_MS + 1 });
    expect(stale.phase).toBe("stale");
    expect(nextState(stale, heard(30_000)).phase).toBe("live");
  });

  test("is made anew when the silence goes on", () => {
    const stale = stateAfter(heard(0), { kind: "ticked", at: STALE_AFTER_MS + 1 });
    expect(shouldAbandon(stale, ABANDON_AFTER_MS)).toBe(false);
    expect(shouldAbandon(stale, ABANDON_AFTER_MS + 1)).toBe(true);
  });

  test("reconnects, and is offline after five failures in a row", () => {
    expect(stateAfter(heard(0), failed)).toMatchObject({ phase: "reconnecting", attempts: 1, retryAt: 500 });
    const failures = Array.from({ length: OFFLINE_AFTER_ATTEMPTS }, () => failed);
    expect(stateAfter(heard(0), ...failures).phase).toBe("offline");
    expect(stateAfter(heard(0), ...failures, heard(9))).toMatchObject({
      phase: "live",
      attempts: 0,
      retryAt: null,
    });
  });

  test("keeps saying of when the data is while it is away", () => {
    expect(stateAfter(heard(7), failed, failed).heardAt).toBe(7);
  });

  test("is offline at once when the network is gone", () => {
    expect(stateAfter(heard(0), { kind: "network-lost" }).phase).toBe("offline");
  });
});

test("waits double from half a second to 15 seconds, give or take a quarter", () => {
  expect([1, 2, 3, 6, 60].map((attempts) => retryDelay(attempts, 0.5))).toEqual([
    500, 1_000, 2_000, 15_000, 15_000,
  ]);
  expect(retryDelay(1, 0)).toBe(375);
  expect(retryDelay(1, 1)).toBe(625);
});
