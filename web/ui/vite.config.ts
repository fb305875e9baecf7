import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** The server that `npm run dev` talks to. */
const server = process.env.BETSTREAM_DEV_SERVER ?? "http://127.0.0.1:3001";
const proxied = ["/api", "/sse", "/stats", "/ws", "/health", "/swagger-ui", "/api-docs"];

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: {
    proxy: Object.fromEntries(proxied.map((path) => [path, { target: server, ws: path === "/ws" }])),
  },
  build: { target: "es2022", assetsInlineLimit: 0, reportCompressedSize: true },
  test: {
    environment: "happy-dom",
    environmentOptions: { happyDOM: { url: "http://localhost:3001/" } },
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/api/testing/setup.ts"],
    css: false,
    testTimeout: 30_000,
  },
});
