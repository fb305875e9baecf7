/** How money of this log is written: an ISO 4217 code and its number of decimals. */
export interface Currency {
  code: string;
  decimals: number;
}

export type Zone = "local" | "utc";

const LOCALE = "en-GB";
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const oneDecimal = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const short = new Intl.NumberFormat(LOCALE, { notation: "compact", maximumFractionDigits: 1 });

/** 1234567 → `1,234,567`. */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** 1234567 → `1.2m`, for places with little room. */
export function formatShort(value: number): string {
  return short.format(value);
}

/** A rate: one decimal below 100 where it has any, whole from there on. */
export function formatRate(perSecond: number): string {
  return Math.abs(perSecond) >= 100 || Number.isInteger(perSecond)
    ? whole.format(perSecond)
    : oneDecimal.format(perSecond);
}

/** Money without its currency, with exactly the currency's decimals. */
export function formatAmount(value: number, currency: Currency): string {
  return value.toLocaleString(LOCALE, {
    minimumFractionDigits: currency.decimals,
    maximumFractionDigits: currency.decimals,
  });
}

/** Money with its currency: `1,234.50 EUR`. */
export function formatMoney(value: number, currency: Currency): string {
  return `${formatAmount(value, currency)} ${currency.code}`;
}

/** A tote price per unit; nothing is made up where none may be shown. */
export function formatPrice(price: number | null | undefined): string {
  return price === null || price === undefined ? "–" : price.toFixed(2);
}

/** A share of one: 0.1234 → `12.3 %`. */
export function formatShare(share: number): string {
  return `${oneDecimal.format(share * 100)} %`;
}

/** `14:03:22`, in the person's own time or in UTC. */
export function formatTime(time: number | string, zone: Zone): string {
  return new Date(time).toLocaleTimeString(LOCALE, { hour12: false, timeZone: zoneName(zone) });
}

/** `23 Nov 2026, 14:03:22`, with `UTC` behind it where that is meant. */
export function formatDateTime(time: number | string, zone: Zone): string {
  const text = new Date(time).toLocaleString(LOCALE, {
    day: "2-digit",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hour12: false,
    timeZone: zoneName(zone),
  });
  return zone === "utc" ? `${text} UTC` : text;
}

/** How long ago, in one unit: `now`, `12 s`, `4 min`, `3 h`, `9 d`. */
export function formatAge(elapsedMs: number): string {
  const seconds = Math.max(0, Math.floor(elapsedMs / 1_000));
  if (seconds < 5) return "now";
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `1 bet`, `2 bets`, `1,240 bets`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

function zoneName(zone: Zone): string | undefined {
  return zone === "utc" ? "UTC" : undefined;
}
