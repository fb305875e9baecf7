import { expect, test } from "@playwright/test";
import { isLive, someName, World } from "./world";

test("streamed bets are counted, charted and priced as they come", async ({ page, request }) => {
  const world = new World(request);
  const game = someName("game").replace(" ", "_");
  await page.goto("/live");
  await isLive(page);
  const figures = page.getByRole("region", { name: "Figures" });
  const total = figures.getByText("Total bets").locator("xpath=following-sibling::*");
  await expect(total).toHaveText(/\d/);
  const count = async () => Number((await total.textContent())?.replaceAll(",", ""));
  const before = await count();
  const receipt = await world.stream(game, 30);
  expect(receipt.recorded).toBe(30);
  await expect.poll(count).toBe(before + 30);
  await expect(figures.getByText("Exact")).toBeVisible();

  await page.getByRole("button", { name: game }).click();
  await expect(page).toHaveURL(new RegExp(`market=${game}`));
  const odds = page.getByRole("region", { name: `Odds of ${game}` });
  await expect(odds.getByText("30 bets", { exact: false })).toBeVisible();
  await expect(odds.getByRole("row")).toHaveCount(4);
  await expect(odds.getByRole("row", { name: /^1/ })).toContainText("100.00");

  await world.stream(game, 3);
  await expect(odds.getByText("33 bets", { exact: false })).toBeVisible();

  await page.getByText("Table", { exact: true }).first().click();
  await expect(page.getByRole("region", { name: "Bets per second, table" })).toBeVisible();
});

test("what runs where is said, with every projection's lag", async ({ page }) => {
  await page.goto("/live");
  for (const name of ["Processes", "Projections", "What runs where", "What became of the stream"]) {
    await expect(
      page.getByRole("region", { name }).getByRole("row").or(page.getByText("Received")).first(),
    ).toBeVisible();
  }
  await expect(page.getByRole("region", { name: "Projections" })).toContainText("desk");
  await expect(page.getByRole("region", { name: "What runs where" })).toContainText("Event log");
});
