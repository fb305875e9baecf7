import createClient from "openapi-fetch";
import { readProblem, unreachable } from "./problem";
import type { paths } from "./schema";

/** The typed client of the HTTP API. Same origin, so the session cookie travels by itself. */
export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "",
  fetch: (request: Request) => globalThis.fetch(request),
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Body and answer headers of a call that succeeded. Throws `ApiError` for any other. */
export async function answerOf<T>(call: Promise<Answer<T>>): Promise<{ data: T; headers: Headers }> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw unreachable();
  }
  if (!answer.response.ok) throw readProblem(answer.response.status, answer.error);
  return { data: answer.data as T, headers: answer.response.headers };
}

/** Body of a call that succeeded. Throws `ApiError` for any other. */
export async function bodyOf<T>(call: Promise<Answer<T>>): Promise<T> {
  return (await answerOf(call)).data;
}

/** Log position up to which a read counts, or null when the server does not say. */
export function viewPosition(headers: Headers): number | null {
  const text = headers.get("x-view-position");
  if (text === null) return null;
  const position = Number(text);
  return Number.isSafeInteger(position) ? position : null;
}

/** The cursor of the next page in a `Link` header, or null on the last page. */
export function nextCursor(headers: Headers): string | null {
  const next = /<([^>]*)>\s*;\s*rel="?next"?/.exec(headers.get("link") ?? "");
  if (!next?.[1]) return null;
  return new URL(next[1], "http://any.invalid").searchParams.get("cursor");
}

/** The `If-Match` value of a version. */
export function etag(version: number): string {
  return `"${version}"`;
}

/** A fresh key: one for each thing a person does, kept over retries. Works without a secure context. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Words as a header's value: their UTF-8 bytes, one character each, as `fetch` sends them. */
export function headerWords(words: string): string {
  return Array.from(new TextEncoder().encode(words), (byte) => String.fromCharCode(byte)).join("");
}
