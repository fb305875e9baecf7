import { expect, test } from "@playwright/test";
import { isLive } from "./world";

test("an empty store offers sample data, and loading it fills the desk", async ({ page }) => {
  await page.goto("/");
  await expect(page).toHaveURL(/\/desk/);
  await isLive(page);
  await expect(page.getByRole("button", { name: "Start a simulated feed" })).toBeVisible();
  await page.getByRole("button", { name: "Load sample data" }).click();
  await expect(page.getByText(/Loaded 5 accounts, 22 batches/)).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Accounts" }).getByRole("listitem")).toHaveCount(5);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Race");
});

test("the simulated feed runs and stops, and the live page shows it", async ({ page }) => {
  await page.goto("/live");
  const total = page
    .getByRole("region", { name: "Figures" })
    .getByText("Total bets")
    .locator("xpath=following-sibling::*");
  await page.getByRole("button", { name: "Start a simulated feed" }).click();
  await expect(page.getByRole("button", { name: /Stop simulated feed/ })).toBeVisible();
  await expect(total).toHaveText(/[1-9]/);
  await page.getByRole("button", { name: /Stop simulated feed/ }).click();
  await expect(page.getByRole("button", { name: "Start a simulated feed" })).toBeVisible();
});
