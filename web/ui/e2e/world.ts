import { randomUUID } from "node:crypto";
import { type APIRequestContext, type APIResponse, expect, type Page } from "@playwright/test";
import type { Account, Batch, BetStatus, BetsReceipt, NewBatch } from "../src/api/types";

/** A name that no other test uses. */
export function someName(what: string): string {
  return `${what} ${randomUUID().slice(0, 8)}`;
}

/** What tests do behind the console's back: as another program would. */
export class World {
  constructor(private readonly request: APIRequestContext) {}

  async account(name = someName("Account")): Promise<Account> {
    return read(await this.request.post("/api/v1/accounts", { data: { name, hostname: "e2e.example" } }));
  }

  /** A batch of as many WIN bets as there are runners named. */
  async batch(account: Account, race: number, runners: number[] = [1, 2, 3]): Promise<Batch> {
    const data: NewBatch = {
      meta: { bet_type: "WIN", race_id: race },
      bets: runners.map((runner, index) => ({ id: index + 1, selection: String(runner), stake: 2, cost: 2 })),
    };
    return read(await this.request.post(`/api/v1/accounts/${account.id}/batches`, { data }));
  }

  async setStatus(batch: Batch, bet: number, status: BetStatus): Promise<void> {
    const pid = batch.bets[bet - 1]?.pid;
    const path = `/api/v1/accounts/${batch.account_id}/batches/${batch.id}/bets/${pid}`;
    await read(await this.request.patch(path, { data: { status } }));
  }

  async readBatch(batch: Batch): Promise<Batch> {
    return read(await this.request.get(`/api/v1/accounts/${batch.account_id}/batches/${batch.id}`));
  }

  /** So many bets of one game over the stream's HTTP door. */
  async stream(game: string, count: number): Promise<BetsReceipt> {
    const bets = Array.from({ length: count }, (_, index) => ({
      id: randomUUID(),
      game_id: game,
      bet_type: "WIN",
      amount: 10,
      timestamp: new Date().toISOString(),
      selection: String((index % 3) + 1),
    }));
    return read(await this.request.post("/api/v1/bets", { data: bets }));
  }
}

async function read<T>(response: APIResponse): Promise<T> {
  expect(response.ok(), `${response.url()} answered ${response.status()}: ${await response.text()}`).toBe(
    true,
  );
  return (await response.json()) as T;
}

/** Opens a batch on the desk and waits until the page is live. */
export async function openBatch(page: Page, batch: Batch): Promise<void> {
  await page.goto(`/desk?account=${batch.account_id}&batch=${batch.id}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await isLive(page);
}

export async function isLive(page: Page): Promise<void> {
  await expect(page.getByTestId("connection")).toHaveAttribute("data-phase", "live");
}

/** The button of one status of one bet. */
export function statusButton(page: Page, bet: number, word: string) {
  return page.getByRole("group", { name: `Status of bet ${bet}` }).getByRole("button", { name: word });
}

export async function expectStatus(page: Page, bet: number, word: string): Promise<void> {
  await expect(statusButton(page, bet, word)).toHaveAttribute("aria-pressed", "true");
}
