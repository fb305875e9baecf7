import { expect, test } from "vitest";
import { headerWords, nextCursor } from "./client";
import { errorsByPath, messageOf, readProblem, sentence, unreachable } from "./problem";

test("field errors find their inputs by JSON pointer, the rest is said for the whole form", () => {
  const error = readProblem(422, {
    title: "Refused",
    status: 422,
    code: "bad-bets",
    errors: [
      { pointer: "/bets/0/stake", detail: "must be more than 0" },
      { pointer: "/meta/colour", detail: "is not known" },
    ],
  });
  expect(errorsByPath(error, (path) => path === "bets.0.stake")).toEqual({
    "bets.0.stake": "Must be more than 0.",
    "": "Meta.colour is not known.",
  });
});

test("an error without fields is said for the whole form", () => {
  expect(errorsByPath(unreachable(), () => true)).toEqual({ "": sentence(unreachable().message) });
});

test("what a proxy answers is still readable", () => {
  expect(messageOf(readProblem(502, "Bad Gateway"))).toBe("Bad Gateway.");
  expect(messageOf(readProblem(502, undefined))).toBe("The server answered 502.");
});

test("words in a header travel as UTF-8", () => {
  const sent = new Headers({ "x-reason": headerWords("Ø, 東京") }).get("x-reason") ?? "";
  const bytes = Uint8Array.from(sent, (character) => character.charCodeAt(0));
  expect(new TextDecoder().decode(bytes)).toBe("Ø, 東京");
});

test("the next page is found in the Link header", () => {
  const headers = new Headers({ link: '</api/v1/accounts?limit=50&cursor=a%2Fb>; rel="next"' });
  expect(nextCursor(headers)).toBe("a/b");
  expect(nextCursor(new Headers())).toBeNull();
});
