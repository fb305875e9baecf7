import { advanceAll, type Entry, type Positioned, type Reduce } from "./positioned";

/** Messages kept for answers that were read before them and arrive after them. */
const KEPT = 5_000;

/** The latest messages, so that an answer of an older position can be brought up to date when it arrives. */
export class Journal {
  private entries: Entry[] = [];
  private from: number | null = null;

  /** Position after which every message is known here; null before the stream has opened. */
  get since(): number | null {
    return this.from;
  }

  /** Forgets everything: messages are known from this position on. */
  restart(position: number): void {
    this.entries = [];
    this.from = position;
  }

  /** Notes a message of the stream. */
  add(entry: Entry): void {
    this.entries.push(entry);
    if (this.entries.length <= KEPT * 2) return;
    const dropped = this.entries.splice(0, this.entries.length - KEPT);
    this.from = dropped.at(-1)?.position ?? this.from;
  }

  /** An answer with the messages that came after its position applied to it. */
  catchUp<T>(answer: Positioned<T>, reduce: Reduce<T>): Positioned<T> {
    return advanceAll(answer, this.entries, reduce);
  }

  /** True when messages between the answer's position and the first known one may be missing from it. */
  misses(position: number): boolean {
    return this.from !== null && position < this.from;
  }
}
