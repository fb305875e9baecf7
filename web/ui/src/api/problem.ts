import type { FieldError, Problem } from "./types";

/** A request that was refused or never answered. `status` is 0 when the server could not be reached. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly requestId: string | undefined;
  readonly fields: readonly FieldError[];

  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.name = "ApiError";
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title;
    this.requestId = problem.request_id ?? undefined;
    this.fields = problem.errors ?? [];
  }
}

/** The server could not be reached at all. */
export function unreachable(): ApiError {
  return new ApiError({
    type: "/problems/unreachable",
    title: "The server cannot be reached",
    status: 0,
    code: "unreachable",
    detail: "the server cannot be reached; nothing was changed as far as this page knows",
  });
}

/** Reads an error answer of any shape: problem+json, or whatever a proxy put in its place. */
export function readProblem(status: number, body: unknown): ApiError {
  const problem = typeof body === "object" && body !== null ? (body as Partial<Problem>) : {};
  return new ApiError({
    type: problem.type ?? "about:blank",
    title: problem.title ?? `The server answered ${status}`,
    status,
    code: problem.code ?? `http-${status}`,
    detail: problem.detail ?? (typeof body === "string" && body.length < 300 ? body : undefined),
    request_id: problem.request_id,
    errors: problem.errors,
  });
}

/** True when the error is an answer with this HTTP status. */
export function hasStatus(error: unknown, status: number): error is ApiError {
  return error instanceof ApiError && error.status === status;
}

/** What to tell a person about any error, in one sentence. */
export function messageOf(error: unknown): string {
  if (error instanceof Error && error.message) return sentence(error.message);
  return "Something went wrong.";
}

/** Starts with a capital and ends with a full stop. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  const capital = trimmed.charAt(0).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

/** Errors by form path: the pointer `/bets/0/stake` is the path `bets.0.stake`; the rest is under `""`. */
export function errorsByPath(error: unknown, known: (path: string) => boolean): Record<string, string> {
  if (!(error instanceof ApiError)) return { "": messageOf(error) };
  const byPath: Record<string, string> = {};
  for (const field of error.fields) {
    const path = field.pointer.replace(/^\//, "").replaceAll("/", ".");
    const place = known(path) ? path : "";
    byPath[place] ??= place === "" ? sentence(`${path} ${field.detail}`) : sentence(field.detail);
  }
  if (Object.keys(byPath).length === 0) byPath[""] = sentence(error.message);
  return byPath;
}
