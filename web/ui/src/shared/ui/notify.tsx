import { lazy, Suspense, useSyncExternalStore } from "react";

const load = () => import("./toasts");
const Toasts = lazy(async () => ({ default: (await load()).Toasts }));
const listeners = new Set<() => void>();
let wanted = false;

/** The place where notices appear. It is loaded with the first of them. */
export function ToastHost() {
  const shown = useSyncExternalStore(subscribe, () => wanted);
  return <Suspense>{shown && <Toasts />}</Suspense>;
}

/** Says that something was done. */
export function notifyDone(message: string): void {
  void say((toasts) => toasts.showDone(message));
}

/** Says that something did not work, and why. */
export function notifyFailed(title: string, message: string): void {
  void say((toasts) => toasts.showFailed(title, message));
}

async function say(show: (toasts: Awaited<ReturnType<typeof load>>) => void): Promise<void> {
  show(await load());
  wanted = true;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
