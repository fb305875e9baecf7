import { useEffect, useRef } from "react";
import { isTyping, readKey, SECOND_KEY_MS } from "./keys";

/** Key combinations and what they do. */
export type KeyBindings = Record<string, (event: KeyboardEvent) => void>;

/** Listens for keys while mounted; off while the person types or a dialog is open. `Escape` always works. */
export function useKeys(bindings: KeyBindings): void {
  const latest = useRef(bindings);
  useEffect(() => {
    latest.current = bindings;
  });
  useEffect(() => {
    let pending: string | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || (event.key !== "Escape" && blocked(event.target))) return;
      if (event.key === "Escape" && document.querySelector('[role="dialog"]')) return;
      const outcome = readKey(event, pending, Object.keys(latest.current));
      clearTimeout(timer);
      pending = outcome.kind === "prefix" ? outcome.key : null;
      if (outcome.kind === "prefix") {
        timer = setTimeout(() => {
          pending = null;
        }, SECOND_KEY_MS);
      } else if (outcome.kind === "match") {
        event.preventDefault();
        latest.current[outcome.combo]?.(event);
      }
    };
    window.addEventListener("keydown", listen);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("keydown", listen);
    };
  }, []);
}

function blocked(target: EventTarget | null): boolean {
  return isTyping(target) || document.querySelector('[role="dialog"][aria-modal="true"]') !== null;
}
