import type { Source } from "./connection";

/** A stream that a test speaks through. */
export class TestSource implements Source {
  private readonly listeners = new Map<string, ((event: MessageEvent<string>) => void)[]>();
  closed = false;

  constructor(readonly url: string) {}

  addEventListener(name: string, listener: (event: MessageEvent<string>) => void): void {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
  }

  close(): void {
    this.closed = true;
  }

  /** Sends a message as the server would; `id` is its log position. */
  send(message: { type: string }, id?: number): void {
    const event = new MessageEvent(message.type, {
      data: JSON.stringify(message),
      lastEventId: id === undefined ? "" : String(id),
    }) as MessageEvent<string>;
    for (const listener of this.listeners.get(message.type) ?? []) listener(event);
  }

  /** The connection breaks. */
  fail(): void {
    for (const listener of this.listeners.get("error") ?? []) listener(new MessageEvent("error"));
  }
}
