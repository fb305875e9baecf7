import { expect, test } from "@playwright/test";
import { expectStatus, isLive, openBatch, someName, statusButton, World } from "./world";

test("statuses are changed by mouse and by keyboard, and are kept", async ({ page, request }) => {
  const world = new World(request);
  const batch = await world.batch(await world.account(), 1);
  await openBatch(page, batch);
  await statusButton(page, 1, "Successful").click();
  await page.keyboard.press("j");
  await page.keyboard.press("3");
  await expectStatus(page, 2, "Failed");
  await expect(page.getByRole("button", { name: "1 Pending" })).toBeVisible();
  await expect
    .poll(async () => (await world.readBatch(batch)).bets.map((bet) => bet.status))
    .toEqual(["successful", "failed", "pending"]);
  await page.reload();
  await expectStatus(page, 1, "Successful");
  await expectStatus(page, 2, "Failed");
});

test("several bets are changed at once", async ({ page, request }) => {
  const world = new World(request);
  const batch = await world.batch(await world.account(), 1, [1, 2, 3, 4]);
  await openBatch(page, batch);
  await page.getByRole("checkbox", { name: "Select bet 2" }).click();
  await page.getByRole("checkbox", { name: "Select bet 4" }).click({ modifiers: ["Shift"] });
  await page.getByRole("button", { name: "Mark 3 bets successful" }).click();
  await expect(page.getByRole("button", { name: "3 Successful" })).toBeVisible();
  await expectStatus(page, 1, "Pending");
  await expect
    .poll(async () => (await world.readBatch(batch)).bets.map((bet) => bet.status))
    .toEqual(["pending", "successful", "successful", "successful"]);
});

test("submitting moves on to the next open batch, and the submitted one stays readable", async ({
  page,
  request,
}) => {
  const world = new World(request);
  const account = await world.account();
  await world.batch(account, 1, [1]);
  const newest = await world.batch(account, 2, [1]);
  await openBatch(page, newest);
  await expect(page.getByText("1 of 2")).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("2");
  await expectStatus(page, 1, "Successful");
  await page.keyboard.press("s");
  await expect(page.getByRole("heading", { level: 1, name: "WIN · Race 1" })).toBeVisible();
  await expect(page.getByText("1 of 1")).toBeVisible();
  await page.getByText("Completed", { exact: true }).click();
  await page
    .getByRole("region", { name: "Batches" })
    .getByRole("button", { name: /WIN · Race 2/ })
    .click();
  await expect(page.getByText(/Its bets are fixed/)).toBeVisible();
  await expect(page.getByRole("button", { name: /^Submit/ })).toHaveAttribute("aria-disabled", "true");
});

test("pending bets are asked about before they are submitted", async ({ page, request }) => {
  const world = new World(request);
  const batch = await world.batch(await world.account(), 1);
  await openBatch(page, batch);
  await page.keyboard.press("s");
  await expect(page.getByText("3 bets are still pending.", { exact: false })).toBeVisible();
  await page.getByRole("button", { name: "Submit anyway" }).click();
  await expect(page.getByText("Nothing to work on")).toBeVisible();
  expect((await world.readBatch(batch)).completed).toBe(true);
});

test("a batch is withdrawn with a reason", async ({ page, request }) => {
  const world = new World(request);
  const batch = await world.batch(await world.account(), 1);
  await openBatch(page, batch);
  await page.getByRole("button", { name: "Withdraw", exact: true }).click();
  await page.getByLabel("Reason").fill("the race was abandoned");
  await page.getByRole("button", { name: "Withdraw batch" }).click();
  await expect(page.getByText("Nothing to work on")).toBeVisible();
  expect((await world.readBatch(batch)).state).toBe("withdrawn");
});

test("an account and a batch are created; what the server refuses is said at the field", async ({
  page,
  request,
}) => {
  const taken = await new World(request).account();
  const name = someName("Operator's own");
  await page.goto("/desk");
  await page.getByRole("button", { name: "New account" }).click();
  await page.getByLabel("Name", { exact: false }).first().fill(taken.name);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(
    page.getByRole("dialog").locator("[role=alert], .mantine-InputWrapper-error").first(),
  ).toBeVisible();
  await page.getByLabel("Name", { exact: false }).first().fill(name);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { level: 2, name })).toBeVisible();

  await page.getByRole("button", { name: "New batch" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Bet type").fill("EXACTA");
  await dialog.getByLabel("Race").fill("7");
  await dialog.getByLabel("Selection").fill("4/4");
  await dialog.getByLabel("Stake").fill("2.50");
  await dialog.getByLabel("Cost").fill("2.50");
  await page.getByRole("button", { name: "Create batch" }).click();
  await expect(dialog.getByText("The same runner twice")).toBeVisible();
  await dialog.getByLabel("Selection").fill("4/2 ** from the rail");
  await page.getByRole("button", { name: "Create batch" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "EXACTA · Race 7" })).toBeVisible();
  await expect(page.getByText("from the rail")).toBeVisible();
});

test("an account is renamed and deleted", async ({ page, request }) => {
  const account = await new World(request).account();
  const name = someName("Renamed");
  await page.goto(`/desk?account=${account.id}`);
  await page.getByRole("button", { name: "Edit account" }).click();
  await page.getByLabel("Name", { exact: false }).first().fill(name);
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 2, name })).toBeVisible();
  await page.getByRole("button", { name: "Delete account" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete account" }).click();
  await expect(page.getByRole("navigation", { name: "Accounts" }).getByText(name)).toHaveCount(0);
});

test("two tabs see each other's changes live", async ({ context, request }) => {
  const world = new World(request);
  const batch = await world.batch(await world.account(), 1);
  const [mine, theirs] = [await context.newPage(), await context.newPage()];
  await openBatch(mine, batch);
  await openBatch(theirs, batch);
  await statusButton(mine, 1, "Successful").click();
  await expectStatus(theirs, 1, "Successful");
  await statusButton(theirs, 2, "Failed").click();
  await expectStatus(mine, 2, "Failed");
  await world.batch({ id: batch.account_id } as never, 9);
  for (const page of [mine, theirs]) {
    await expect(page.getByRole("region", { name: "Batches" }).getByText("WIN · Race 9")).toBeVisible();
  }
});

test("what happened while the page was away is there when it is back", async ({ page, context, request }) => {
  const world = new World(request);
  const batch = await world.batch(await world.account(), 1);
  await openBatch(page, batch);
  await context.setOffline(true);
  await expect(page.getByTestId("connection")).toHaveAttribute("data-phase", "offline");
  await expect(page.getByRole("button", { name: "Reconnect now" })).toBeVisible();
  await world.setStatus(batch, 3, "failed");
  await context.setOffline(false);
  await isLive(page);
  await expectStatus(page, 3, "Failed");
});

test("a change of a bet that someone else changed meanwhile is not forced", async ({ page, request }) => {
  const world = new World(request);
  const batch = await world.batch(await world.account(), 1);
  // Without its live stream the page cannot know of the other change.
  await page.route("**/sse?*", (route) => route.abort());
  await page.goto(`/desk?account=${batch.account_id}&batch=${batch.id}`);
  await expectStatus(page, 1, "Pending");
  await world.setStatus(batch, 1, "failed");
  await statusButton(page, 1, "Successful").click();
  await expect(page.getByText(/Bet 1 changed meanwhile/)).toBeVisible();
  await expectStatus(page, 1, "Failed");
  await page.getByRole("button", { name: "Make it successful" }).click();
  await expectStatus(page, 1, "Successful");
  await expect.poll(async () => (await world.readBatch(batch)).bets[0]?.status).toBe("successful");
});
