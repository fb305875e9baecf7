import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { account } from "@/api/testing/fixtures";
import { at, desk, problem, server } from "@/api/testing/server";
import { renderConsole } from "./testing/console";

test("a server that asks for a token shows the sign-in page, and lets in who has one", async () => {
  const user = userEvent.setup();
  server.use(
    ...desk([account(1, { name: "Northfield" })], []),
    http.get(at("/api/v1/session"), () => problem(401, "sign-in", "sign in first")),
    http.post(at("/api/v1/session"), async ({ request }) => {
      const { token } = (await request.json()) as { token: string };
      if (token !== "right") return problem(401, "unknown-token", "unknown token");
      return HttpResponse.json({ name: "alice", mode: "token" });
    }),
  );
  renderConsole("/desk");
  const token = await screen.findByLabelText("Token");
  await user.type(token, "wrong");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  expect(await screen.findByText(/not known here/)).toBeTruthy();
  await user.clear(token);
  await user.type(token, "right");
  await user.click(screen.getByRole("button", { name: "Sign in" }));
  expect((await screen.findAllByText("Northfield")).length).toBeGreaterThan(0);
});

test("a server that cannot be reached is said to be away", async () => {
  server.use(http.get(at("/api/v1/session"), () => HttpResponse.error()));
  renderConsole("/desk");
  expect(await screen.findByText("The console cannot reach its server")).toBeTruthy();
  expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
});

test("the connection says that it is live, and of when the data is", async () => {
  server.use(...desk([account(1)], []));
  const { sources } = renderConsole("/desk");
  const pill = await screen.findByTestId("connection");
  expect(await screen.findByText("Live", { selector: '[role="status"]' })).toBeTruthy();
  expect(pill.textContent).toMatch(/data as of \d\d:\d\d:\d\d/);
  sources.at(-1)?.fail();
  expect(await screen.findByText("Reconnecting")).toBeTruthy();
});
