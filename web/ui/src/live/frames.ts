/** Longest wait in a hidden tab, where animation frames do not come. */
const HIDDEN_TAB_MS = 1_000;

/** Collects items and hands them over together, once an animation frame at most. */
export class FrameBatch<T> {
  private items: T[] = [];
  private frame: number | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly handOver: (items: T[]) => void) {}

  add(item: T): void {
    this.items.push(item);
    if (this.frame !== null) return;
    this.frame = requestAnimationFrame(this.flush);
    this.timer = setTimeout(this.flush, HIDDEN_TAB_MS);
  }

  /** Hands over what has gathered, now. */
  flush = (): void => {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    this.frame = null;
    const items = this.items;
    this.items = [];
    if (items.length > 0) this.handOver(items);
  };
}
