import type { NewBatch } from "@/api/types";
import { selectionError } from "@/shared/selection";

/** The form of a new batch: numbers as they are typed, names as in the request's body. */
export interface BatchForm {
  meta: { bet_type: string; race_id: string };
  bets: BetForm[];
}

export interface BetForm {
  /** For the list's own use; not sent. */
  row: string;
  selection: string;
  stake: string;
  cost: string;
}

/** Why an amount cannot be sent, or null when it can. */
export function amountError(text: string, decimals: number, zeroAllowed: boolean): string | null {
  const trimmed = text.trim();
  if (trimmed === "") return "Needs an amount";
  if (!/^\d+(\.\d+)?$/.test(trimmed)) return "Digits and a point, such as 2.50";
  const given = trimmed.split(".")[1]?.replace(/0+$/, "").length ?? 0;
  if (given > decimals) return decimals === 0 ? "No decimals" : `At most ${decimals} decimals`;
  if (Number(trimmed) === 0 && !zeroAllowed) return "More than 0";
  return Number(trimmed) > Number.MAX_SAFE_INTEGER ? "Too large" : null;
}

/** Errors of the form by path; empty when it can be sent. */
export function formErrors(form: BatchForm, decimals: number): Record<string, string> {
  const errors: Record<string, string> = {};
  const put = (path: string, error: string | null) => {
    if (error) errors[path] = error;
  };
  put("meta.bet_type", form.meta.bet_type.trim() === "" ? "Needs a bet type" : null);
  const race = form.meta.race_id.trim();
  put("meta.race_id", race !== "" && !/^\d{1,15}$/.test(race) ? "A whole number" : null);
  form.bets.forEach((bet, index) => {
    put(`bets.${index}.selection`, selectionError(form.meta.bet_type, bet.selection));
    put(`bets.${index}.stake`, amountError(bet.stake, decimals, false));
    put(`bets.${index}.cost`, amountError(bet.cost, decimals, true));
  });
  return errors;
}

/** The request that the form stands for; bets are numbered in their order. */
export function toNewBatch(form: BatchForm): NewBatch {
  const race = form.meta.race_id.trim();
  return {
    meta: {
      bet_type: form.meta.bet_type.trim(),
      ...(race === "" ? {} : { race_id: Number(race) }),
    },
    bets: form.bets.map((bet, index) => ({
      id: index + 1,
      selection: bet.selection.trim(),
      stake: Number(bet.stake),
      cost: Number(bet.cost),
    })),
  };
}
