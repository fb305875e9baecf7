import type { LiveMessage } from "@/api/types";
import {
  type ConnectionEvent,
  type ConnectionState,
  initialState,
  nextState,
  retryDelay,
  shouldAbandon,
} from "./machine";

/** Every event name of the stream. */
const EVENT_NAMES = [
  "hello",
  "resync",
  "ping",
  "closing",
  "account_created",
  "account_updated",
  "account_deleted",
  "batch_created",
  "batch_completed",
  "bet_status_updated",
  "batch_bets_updated",
  "bets_added",
  "stats",
  "odds",
] as const satisfies readonly LiveMessage["type"][];

/** What the connection needs of `EventSource`, so that tests can stand in for it. */
export interface Source {
  addEventListener(name: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

export interface ConnectionParts {
  open: (url: string) => Source;
  now: () => number;
  random: () => number;
  /** Every message with its log position (null when it has none). */
  onMessage: (message: LiveMessage, position: number | null) => void;
  /** After an attempt failed: a chance to find out that the session has ended. */
  onFailure: () => void;
}

/** The one live connection of this tab: opens it, resumes it where it ended, and says how it is. */
export class LiveConnection {
  private state: ConnectionState = initialState;
  private source: Source | null = null;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private ticker: ReturnType<typeof setInterval> | undefined;
  private lastId: number | null = null;
  private log: string | null = null;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly parts: ConnectionParts) {}

  start(): void {
    if (this.ticker !== undefined) return;
    this.ticker = setInterval(() => this.tick(), 1_000);
    this.connect();
  }

  stop(): void {
    clearInterval(this.ticker);
    this.ticker = undefined;
    this.disconnect();
    clearTimeout(this.retry);
  }

  /** Tries at once instead of waiting for the planned time. */
  retryNow(): void {
    clearTimeout(this.retry);
    this.disconnect();
    this.connect();
  }

  /** The browser says that it has no network. */
  networkLost(): void {
    clearTimeout(this.retry);
    this.disconnect();
    this.step({ kind: "network-lost" });
  }

  current = (): ConnectionState => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  private connect(): void {
    this.step({ kind: "attempted" });
    const source = this.parts.open(this.url());
    this.source = source;
    for (const name of EVENT_NAMES) {
      source.addEventListener(name, (event) => {
        if (this.source === source) this.receive(event);
      });
    }
    source.addEventListener("error", () => {
      if (this.source === source) this.failed();
    });
  }

  private url(): string {
    const query = new URLSearchParams({ topics: "desk,stats,odds" });
    if (this.lastId !== null) query.set("last_event_id", String(this.lastId));
    if (this.log !== null) query.set("log", this.log);
    return `/sse?${query}`;
  }

  private receive(event: MessageEvent<string>): void {
    const message = JSON.parse(event.data) as LiveMessage;
    // Messages without an id of their own carry the last one: only these move the position.
    const named = message.type !== "stats" && message.type !== "odds" && event.lastEventId !== "";
    const position = named ? Number(event.lastEventId) : null;
    if (message.type === "hello") this.log = `${message.log}:${message.epoch}`;
    if (position !== null && Number.isSafeInteger(position)) this.lastId = position;
    this.step({ kind: "heard", at: this.parts.now() });
    this.parts.onMessage(message, position);
  }

  private failed(): void {
    this.disconnect();
    const wait = retryDelay(this.state.attempts + 1, this.parts.random());
    this.step({ kind: "failed", at: this.parts.now(), retryAt: this.parts.now() + wait });
    this.retry = setTimeout(() => this.connect(), wait);
    this.parts.onFailure();
  }

  private tick(): void {
    this.step({ kind: "ticked", at: this.parts.now() });
    if (shouldAbandon(this.state, this.parts.now())) this.failed();
  }

  private disconnect(): void {
    this.source?.close();
    this.source = null;
  }

  private step(event: ConnectionEvent): void {
    const next = nextState(this.state, event);
    if (next === this.state) return;
    this.state = next;
    for (const listener of this.listeners) listener();
  }
}
