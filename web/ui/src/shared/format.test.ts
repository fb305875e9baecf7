import { expect, test } from "vitest";
import {
  formatAge,
  formatAmount,
  formatCount,
  formatDateTime,
  formatMoney,
  formatPrice,
  formatRate,
  formatShare,
  formatTime,
  plural,
} from "./format";

test("money has exactly the currency's decimals", () => {
  expect(formatMoney(1234.5, { code: "EUR", decimals: 2 })).toBe("1,234.50 EUR");
  expect(formatAmount(1234, { code: "JPY", decimals: 0 })).toBe("1,234");
  expect(formatAmount(0.125, { code: "KWD", decimals: 3 })).toBe("0.125");
});

test("counts are grouped, rates are as fine as they are useful", () => {
  expect(formatCount(1234567)).toBe("1,234,567");
  expect([0, 20, 20.25, 12345.6].map(formatRate)).toEqual(["0", "20", "20.3", "12,346"]);
  expect(formatShare(0.1234)).toBe("12.3 %");
});

test("no price is made up", () => {
  expect(formatPrice(6.6)).toBe("6.60");
  expect(formatPrice(null)).toBe("–");
  expect(formatPrice(undefined)).toBe("–");
});

test("times say when they are UTC", () => {
  expect(formatTime("2026-11-23T14:03:22Z", "utc")).toBe("14:03:22");
  expect(formatDateTime("2026-11-23T14:03:22Z", "utc")).toBe("23 Nov 2026, 14:03:22 UTC");
});

test("ages are in one unit", () => {
  expect([0, 4_900, 12_000, 240_000, 3 * 3_600_000, 9 * 86_400_000].map(formatAge)).toEqual([
    "now",
    "now",
    "12 s",
    "4 min",
    "3 h",
    "9 d",
  ]);
  expect(formatAge(-5_000)).toBe("now");
});

test("one is not many", () => {
  expect(plural(1, "bet")).toBe("1 bet");
  expect(plural(1240, "batch", "batches")).toBe("1,240 batches");
});
