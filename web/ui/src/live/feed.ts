import type { QueryClient } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import type { DeskMessage, LiveMessage } from "@/api/types";
import {
  applyOdds,
  applyStats,
  applyToDesk,
  isDeskMessage,
  reloadAll,
  reloadFigures,
  reloadOlderThan,
} from "./apply";
import { LiveConnection, type Source } from "./connection";
import { FrameBatch } from "./frames";
import { Journal } from "./journal";
import type { Positioned, Reduce } from "./positioned";

interface Received {
  message: LiveMessage;
  position: number | null;
}

/** Wait before an answer that is older than the known messages is asked for again. */
const READ_AGAIN_MS = 500;

/** The tab's live connection and what it feeds: the query cache. */
export class LiveFeed {
  readonly connection: LiveConnection;
  private readonly journal = new Journal();
  private readonly frames = new FrameBatch<Received>((received) => this.apply(received));

  constructor(
    private readonly client: QueryClient,
    open: (url: string) => Source = (url) => new EventSource(url),
  ) {
    this.connection = new LiveConnection({
      open,
      now: Date.now,
      random: Math.random,
      onMessage: (message, position) => this.frames.add({ message, position }),
      onFailure: () => void client.invalidateQueries({ queryKey: keys.session }),
    });
  }

  /** The server's answer to a command of our own, shown without waiting for its live message. */
  answered(message: DeskMessage): void {
    applyToDesk(this.client, [{ position: null, message }]);
  }

  /** Reads rows and brings them up to date with the messages that overtook the answer. */
  async read<T>(
    key: readonly unknown[],
    reduce: Reduce<T>,
    fetch: (minPosition: number | undefined) => Promise<{ value: T; position: number | null }>,
  ): Promise<Positioned<T>> {
    const answer = await fetch(this.journal.since ?? undefined);
    const position = answer.position ?? this.journal.since ?? 0;
    if (this.journal.misses(position)) {
      setTimeout(() => void this.client.invalidateQueries({ queryKey: key, exact: true }), READ_AGAIN_MS);
    }
    return this.journal.catchUp({ value: answer.value, position }, reduce);
  }

  private apply(received: readonly Received[]): void {
    let desk: { position: number | null; message: DeskMessage }[] = [];
    const writeDesk = () => {
      applyToDesk(this.client, desk);
      desk = [];
    };
    for (const { message, position } of received) {
      if (isDeskMessage(message)) {
        this.journal.add({ position, message });
        desk.push({ position, message });
      } else if (message.type === "hello") {
        if (this.journal.since === null) {
          this.journal.restart(message.position);
          reloadOlderThan(this.client, message.position);
        }
        reloadFigures(this.client);
      } else if (message.type === "resync") {
        writeDesk();
        this.journal.restart(position ?? 0);
        reloadAll(this.client);
      }
    }
    writeDesk();
    applyStats(
      this.client,
      received.flatMap(({ message }) => (message.type === "stats" ? [message] : [])),
    );
    applyOdds(
      this.client,
      received.flatMap(({ message }) => (message.type === "odds" ? message.markets : [])),
    );
  }
}
