import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, test } from "vitest";
import { account, batch, bet } from "@/api/testing/fixtures";
import { at, desk, problem, server } from "@/api/testing/server";
import { renderConsole } from "../testing/console";

const BETS = "/api/v1/accounts/1/batches/5/bets";
const open = () => [batch(5), batch(4)];

async function statusOf(bet: number) {
  const group = await screen.findByRole("group", { name: `Status of bet ${bet}` });
  return (name: string) => within(group).getByRole("button", { name });
}

test("an empty store offers sample data and a simulated feed", async () => {
  server.use(...desk([], []));
  renderConsole("/desk");
  expect(await screen.findByRole("button", { name: "Load sample data" })).toBeTruthy();
  expect(screen.getByRole("button", { name: "Start a simulated feed" })).toBeTruthy();
});

test("the first account and its newest open batch are shown at once", async () => {
  server.use(...desk([account(1)], open()));
  const { router } = renderConsole("/");
  expect(await screen.findByRole("heading", { name: "QUINELLA · Race 5" })).toBeTruthy();
  expect(router.state.location.search).toEqual({ account: 1, batch: 5 });
});

test("a change is shown at once, sent with the bet's version and a key, and taken back when it is refused", async () => {
  const user = userEvent.setup();
  let headers = new Headers();
  let refuse = () => {};
  const decided = new Promise<void>((resolve) => {
    refuse = resolve;
  });
  server.use(
    ...desk([account(1)], open()),
    http.patch(at(`${BETS}/51`), async ({ request }) => {
      headers = request.headers;
      await decided;
      return problem(409, "batch-closed", "batch 5 is closed");
    }),
  );
  renderConsole("/desk?account=1&batch=5");
  const button = await statusOf(1);
  await user.click(button("Successful"));
  await waitFor(() => expect(button("Successful").getAttribute("aria-pressed")).toBe("true"));
  await waitFor(() => expect(headers.get("if-match")).toBe('"1"'));
  expect(headers.get("idempotency-key")).toMatch(/^[0-9a-f]{32}$/);
  refuse();
  expect(await screen.findByText("Batch 5 is closed.")).toBeTruthy();
  expect(button("Pending").getAttribute("aria-pressed")).toBe("true");
});

test("a bet that someone else changed is shown as it is now, and the person decides", async () => {
  const user = userEvent.setup();
  const theirs = bet(51, { id: 1, batch_id: 5, status: "failed", version: 8 });
  const matches: (string | null)[] = [];
  server.use(
    ...desk([account(1)], open()),
    http.get(at(`${BETS}/51`), () => HttpResponse.json(theirs)),
    http.patch(at(`${BETS}/51`), ({ request }) => {
      matches.push(request.headers.get("if-match"));
      if (matches.length === 1) return problem(412, "changed", "the bet changed meanwhile");
      return HttpResponse.json({ ...theirs, status: "successful", version: 9 });
    }),
  );
  renderConsole("/desk?account=1&batch=5");
  const button = await statusOf(1);
  await user.click(button("Successful"));
  await user.click(await screen.findByRole("button", { name: "Make it successful" }));
  await waitFor(() => expect(button("Successful").getAttribute("aria-pressed")).toBe("true"));
  expect(matches).toEqual(['"1"', '"8"']);
});

test("keys walk through the bets and set them; a second change of ours builds on the first", async () => {
  const user = userEvent.setup();
  const asked: unknown[] = [];
  let version = 1;
  server.use(
    ...desk([account(1)], open()),
    http.patch(at(`${BETS}/:pid`), async ({ request, params }) => {
      const { status } = (await request.json()) as { status: "failed" };
      asked.push([params.pid, status, request.headers.get("if-match")]);
      version += 1;
      return HttpResponse.json(bet(Number(params.pid), { id: 2, batch_id: 5, status, version }));
    }),
  );
  renderConsole("/desk?account=1&batch=5");
  await statusOf(2);
  await user.keyboard("jj23");
  await waitFor(() =>
    expect(asked).toEqual([
      ["52", "successful", '"1"'],
      ["52", "failed", '"2"'],
    ]),
  );
});

test("several bets are changed in one request", async () => {
  const user = userEvent.setup();
  let body: unknown;
  server.use(
    ...desk([account(1)], open()),
    http.patch(at(BETS), async ({ request }) => {
      body = await request.json();
      return HttpResponse.json(
        [51, 52].map((pid) => bet(pid, { batch_id: 5, status: "failed", version: 2 })),
      );
    }),
  );
  renderConsole("/desk?account=1&batch=5");
  await user.click(await screen.findByRole("checkbox", { name: "Select all 2" }));
  await user.click(screen.getByRole("button", { name: "Mark 2 bets failed" }));
  await waitFor(() =>
    expect(body).toEqual([
      { pid: 51, status: "failed" },
      { pid: 52, status: "failed" },
    ]),
  );
  expect(screen.queryByRole("region", { name: "Selected bets" })).toBeNull();
});

test("submitting moves on to the next open batch by itself", async () => {
  const user = userEvent.setup();
  const settled = batch(5, { bets: [bet(51, { batch_id: 5, status: "successful" })] });
  server.use(
    ...desk([account(1)], [settled, batch(4)]),
    http.delete(at("/api/v1/accounts/1/batches/5"), () => new HttpResponse(null, { status: 200 })),
  );
  renderConsole("/desk?account=1&batch=5");
  await screen.findByRole("heading", { name: "QUINELLA · Race 5" });
  await user.keyboard("s");
  expect(await screen.findByRole("heading", { name: "QUINELLA · Race 4" })).toBeTruthy();
  expect(screen.queryByText("#5")).toBeNull();
});

test("submitting with pending bets asks first", async () => {
  const user = userEvent.setup();
  server.use(...desk([account(1)], open()));
  renderConsole("/desk?account=1&batch=5");
  await screen.findByRole("heading", { name: "QUINELLA · Race 5" });
  await user.click(screen.getByRole("button", { name: /^Submit/ }));
  expect(await screen.findByText(/2 bets are still pending/)).toBeTruthy();
});

test("what others do is shown as it comes", async () => {
  server.use(...desk([account(1)], open()));
  const { say } = renderConsole("/desk?account=1&batch=5");
  const button = await statusOf(1);
  say({ type: "bet_status_updated", bet: bet(51, { id: 1, batch_id: 5, status: "failed", version: 2 }) }, 11);
  await waitFor(() => expect(button("Failed").getAttribute("aria-pressed")).toBe("true"));
  say({ type: "account_created", account: account(2, { name: "Newcomer" }) }, 12);
  expect(await screen.findByText("Newcomer")).toBeTruthy();
  say({ type: "batch_completed", id: 5, account_id: 1, state: "completed" }, 13);
  expect(await screen.findByText(/Its bets are fixed/)).toBeTruthy();
});

test("a name in use is said at its field, and nothing is lost", async () => {
  const user = userEvent.setup();
  server.use(
    ...desk([account(1)], []),
    http.post(at("/api/v1/accounts"), () =>
      problem(409, "name-in-use", "in use", [{ pointer: "/name", detail: "is in use by account 1" }]),
    ),
  );
  renderConsole("/desk?account=1");
  await user.click(await screen.findByRole("button", { name: "New account" }));
  await user.type(await screen.findByRole("textbox", { name: /Name/ }), "Account 1");
  await user.click(screen.getByRole("button", { name: "Create account" }));
  expect(await screen.findByText("Is in use by account 1.")).toBeTruthy();
});

test("an account that is gone is said to be gone", async () => {
  server.use(...desk([account(1)], []));
  renderConsole("/desk?account=77");
  expect(await screen.findByText("This account is not here any more")).toBeTruthy();
});
