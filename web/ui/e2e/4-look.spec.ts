import { gzipSync } from "node:zlib";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { isLive, openBatch, World } from "./world";

/** At most so much for the first page, compressed. */
const FIRST_LOAD_BYTES = 250 * 1024;

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const told = serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n  ")}`);
  expect(told).toEqual([]);
}

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [content, view] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    window.innerWidth,
  ]);
  expect(content).toBeLessThanOrEqual(view ?? 0);
}

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test("the desk and its dialogs have no serious accessibility findings", async ({ page, request }) => {
      const world = new World(request);
      const batch = await world.batch(await world.account(), 1);
      await openBatch(page, batch);
      await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", colorScheme);
      await page.getByRole("checkbox", { name: "Select all 3" }).click();
      await expectAccessible(page);
      await page.getByRole("button", { name: "New batch" }).click();
      await page.getByRole("button", { name: "Create batch" }).click();
      await expect(page.getByText("Needs one runner", { exact: false })).toBeVisible();
      // The dialog fades in: colours are measured once it is there.
      await expect(page.locator(".mantine-Modal-content")).toHaveCSS("opacity", "1");
      await expectAccessible(page);
    });

    test("the live page has no serious accessibility findings", async ({ page, request }) => {
      await new World(request).stream("game_look", 12);
      await page.goto("/live");
      await isLive(page);
      await expect(page.getByRole("region", { name: "Figures" }).getByText("Exact")).toBeVisible();
      await expect(page.getByRole("region", { name: /^Odds of / })).toBeVisible();
      await expectAccessible(page);
    });
  });
}

test.describe("on a small screen", () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test("the desk shows one pane at a time, and nothing scrolls sideways", async ({ page, request }) => {
    const world = new World(request);
    const account = await world.account();
    const batch = await world.batch(account, 3);
    await page.goto("/desk");
    await page.getByRole("button", { name: account.name }).tap();
    await expectNoSidewaysScroll(page);
    await page.getByRole("button", { name: /WIN · Race 3/ }).tap();
    await expect(page.getByRole("navigation", { name: "Accounts" })).toHaveCount(0);
    await expectNoSidewaysScroll(page);
    await page
      .getByRole("group", { name: "Status of bet 2" })
      .getByRole("button", { name: "Successful" })
      .tap();
    await expect.poll(async () => (await world.readBatch(batch)).bets[1]?.status).toBe("successful");
    await expectAccessible(page);
    await page.getByRole("button", { name: "All batches" }).tap();
    await page.getByRole("button", { name: "All accounts" }).tap();
    await expect(page.getByRole("navigation", { name: "Accounts" })).toBeVisible();
  });

  test("the live page fits", async ({ page }) => {
    await page.goto("/live");
    await isLive(page);
    await expect(page.getByRole("region", { name: "Projections" }).getByRole("row").first()).toBeVisible();
    await expectNoSidewaysScroll(page);
  });
});

test("the appearance and the zone of times are chosen in the menu, and kept", async ({ page }) => {
  await page.goto("/desk");
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("menuitem", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  await page.getByRole("button", { name: "Menu" }).click();
  await page.getByRole("menuitem", { name: "UTC" }).click();
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  await expect(page.getByTestId("connection")).toContainText("UTC");
});

test("keys lead through the pages, and ? lists them", async ({ page }) => {
  await page.goto("/desk");
  await isLive(page);
  await page.keyboard.press("g");
  await page.keyboard.press("l");
  await expect(page).toHaveURL(/\/live/);
  await expect(page).toHaveTitle("Live · BetStream");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog").getByText("Submit the batch")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await expect(page).toHaveURL(/\/desk/);
});

test("the first page is small, and comes from this server alone", async ({ page, baseURL }) => {
  const sizes = new Map<string, number>();
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("response", async (response) => {
    const { pathname, origin } = new URL(response.url());
    if (response.url().startsWith("data:")) return;
    expect(origin).toBe(new URL(baseURL ?? "").origin);
    if (pathname.startsWith("/assets/") || pathname === "/desk") {
      sizes.set(pathname, gzipSync(await response.body()).length);
    }
  });
  await page.goto("/desk", { waitUntil: "load" });
  await isLive(page);
  await expect.poll(() => [...sizes.keys()].some((name) => name.endsWith(".woff2"))).toBe(true);
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  expect(total).toBeLessThan(FIRST_LOAD_BYTES);
  expect(complaints).toEqual([]);
});
