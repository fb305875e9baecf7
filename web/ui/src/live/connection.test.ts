import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LiveConnection } from "./connection";
import { TestSource } from "./testing";

const sources: TestSource[] = [];
const onMessage = vi.fn();
const onFailure = vi.fn();
let connection: LiveConnection;

beforeEach(() => {
  vi.useFakeTimers();
  sources.length = 0;
  onMessage.mockClear();
  onFailure.mockClear();
  connection = new LiveConnection({
    open: (url) => {
      const source = new TestSource(url);
      sources.push(source);
      return source;
    },
    now: Date.now,
    random: () => 0.5,
    onMessage,
    onFailure,
  });
  connection.start();
});

afterEach(() => {
  connection.stop();
  vi.useRealTimers();
});

const last = () => sources.at(-1) as TestSource;
const hello = { type: "hello", log: "abc", epoch: 2, position: 40 };

test("asks for every topic, and for no position at first", () => {
  expect(last().url).toBe("/sse?topics=desk%2Cstats%2Codds");
});

test("resumes after the last position that it was told, and names the log", () => {
  last().send(hello, 40);
  last().send({ type: "account_deleted", id: 3 } as never, 44);
  last().send({ type: "ping" }, 51);
  last().fail();
  expect(connection.current().phase).toBe("reconnecting");
  expect(onFailure).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(500);
  expect(sources).toHaveLength(2);
  expect(new URL(last().url, "http://x").searchParams.get("last_event_id")).toBe("51");
  expect(new URL(last().url, "http://x").searchParams.get("log")).toBe("abc:2");
});

test("figures carry no position, even where the browser repeats the last one", () => {
  last().send(hello, 40);
  last().send({ type: "stats" }, 40);
  expect(onMessage).toHaveBeenLastCalledWith({ type: "stats" }, null);
});

test("says nothing for a stream that was given up", () => {
  const old = last();
  old.send(hello, 40);
  old.fail();
  onMessage.mockClear();
  old.send({ type: "ping" }, 99);
  expect(onMessage).not.toHaveBeenCalled();
  expect(old.closed).toBe(true);
});

test("silence makes it stale, then a new attempt", () => {
  last().send(hello, 40);
  vi.advanceTimersByTime(21_000);
  expect(connection.current().phase).toBe("stale");
  vi.advanceTimersByTime(21_000);
  expect(sources).toHaveLength(2);
});

test("a person can try at once", () => {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    last().fail();
    vi.advanceTimersByTime(15_000);
  }
  last().fail();
  expect(connection.current().phase).toBe("offline");
  const before = sources.length;
  connection.retryNow();
  expect(sources).toHaveLength(before + 1);
  last().send(hello, 40);
  expect(connection.current().phase).toBe("live");
});
