import { defineConfig } from "@playwright/test";

const baseURL = process.env.BETSTREAM_E2E_URL;
if (!baseURL) {
  throw new Error("set BETSTREAM_E2E_URL to the address of a running server whose store is empty");
}

export default defineConfig({
  testDir: "e2e",
  outputDir: "node_modules/.cache/e2e",
  // One server and one store for all: the tests follow each other.
  workers: 1,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    baseURL,
    viewport: { width: 1280, height: 800 },
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env.BETSTREAM_CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox", "--disable-dev-shm-usage"],
    },
  },
});
