/** The bet types whose selections follow a grammar. */
export const GRAMMAR = {
  WIN: { legs: 1, ordered: false, hint: "one runner, such as 3" },
  PLACE: { legs: 1, ordered: false, hint: "one runner, such as 3" },
  QUINELLA: { legs: 2, ordered: false, hint: "two runners in any order, such as 1/2" },
  EXACTA: { legs: 2, ordered: true, hint: "first and second in order, such as 2/1" },
  TRIFECTA: { legs: 3, ordered: true, hint: "first three in order, such as 1/2/3" },
} as const;

export type GrammarType = keyof typeof GRAMMAR;

export const BET_TYPES = Object.keys(GRAMMAR) as GrammarType[];

/** True for the types whose selections are checked. */
export function hasGrammar(betType: string): betType is GrammarType {
  return Object.hasOwn(GRAMMAR, betType);
}

/** A selection as it is shown: its legs, and the commentary from `**` on. */
export interface ReadSelection {
  legs: string[];
  commentary: string;
}

/** Splits a selection as it was written into legs and commentary. */
export function readSelection(text: string): ReadSelection {
  const cut = text.indexOf("**");
  const runners = cut === -1 ? text : text.slice(0, cut);
  const commentary =
    cut === -1
      ? ""
      : text
          .slice(cut + 2)
          .replace(/\*+$/, "")
          .trim();
  const legs = runners
    .split("/")
    .map((leg) => leg.trim())
    .filter((leg) => leg !== "");
  return { legs, commentary };
}

/** Why a selection breaks the grammar of its type, or null when it does not. */
export function selectionError(betType: string, text: string): string | null {
  if (!hasGrammar(betType)) return null;
  const { legs, hint } = GRAMMAR[betType];
  const cut = text.indexOf("**");
  const parts = (cut === -1 ? text : text.slice(0, cut)).split("/").map((leg) => leg.trim());
  if (parts.every((leg) => leg === "")) return `Needs ${hint}`;
  const wrong = parts.find((leg) => !/^[1-9][0-9]?$/.test(leg));
  if (wrong !== undefined) return `Runners are 1 to 99 without leading zeros: “${wrong}”`;
  if (parts.length !== legs) return `${betType} needs ${hint}`;
  if (new Set(parts).size !== parts.length) return "The same runner twice";
  return null;
}

/** Canonical form: QUINELLA ascending, the others as given. */
export function canonicalSelection(betType: string, text: string): string {
  const { legs } = readSelection(text);
  if (betType === "QUINELLA") legs.sort((a, b) => Number(a) - Number(b));
  return legs.join("/");
}
