import { useRef } from "react";
import { newKey } from "@/api/client";

/** Gives an idempotency key for a body: the same while the same body is tried again, another for another. */
export function useActionKey(): (body: unknown) => string {
  const last = useRef({ body: "", key: "" });
  return (body) => {
    const text = JSON.stringify(body);
    if (last.current.key === "" || last.current.body !== text) last.current = { body: text, key: newKey() };
    return last.current.key;
  };
}
