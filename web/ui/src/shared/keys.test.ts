import { afterEach, expect, test } from "vitest";
import { isTyping, type KeyPress, readKey } from "./keys";

const COMBOS = ["j", "s", "g d", "g l", "Escape"];
const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...more,
});

afterEach(() => {
  document.body.innerHTML = "";
});

test("a single key is a whole combination", () => {
  expect(readKey(press("j"), null, COMBOS)).toEqual({ kind: "match", combo: "j" });
});

test("the first of two keys waits for the second", () => {
  expect(readKey(press("g"), null, COMBOS)).toEqual({ kind: "prefix", key: "g" });
  expect(readKey(press("l"), "g", COMBOS)).toEqual({ kind: "match", combo: "g l" });
});

test("another second key means what it means alone", () => {
  expect(readKey(press("j"), "g", COMBOS)).toEqual({ kind: "match", combo: "j" });
  expect(readKey(press("q"), "g", COMBOS)).toEqual({ kind: "none" });
});

test("the browser's own combinations are left alone", () => {
  expect(readKey(press("s", { ctrlKey: true }), null, COMBOS)).toEqual({ kind: "none" });
  expect(readKey(press("j", { metaKey: true }), null, COMBOS)).toEqual({ kind: "none" });
});

test("keys rest while a person types or a dialog is open", () => {
  document.body.innerHTML = `
    <input id="text"><input id="box" type="checkbox"><button id="button"></button>
    <div role="dialog"><button id="inside"></button></div>`;
  const at = (id: string) => document.getElementById(id);
  expect(isTyping(at("text"))).toBe(true);
  expect(isTyping(at("inside"))).toBe(true);
  expect(isTyping(at("box"))).toBe(false);
  expect(isTyping(at("button"))).toBe(false);
});
