import type { Account, DeskMessage } from "@/api/types";

/** The list of accounts, newest first, after a message. */
export function reduceAccounts(accounts: Account[], message: DeskMessage): Account[] {
  switch (message.type) {
    case "account_created":
      return replaceNewer(accounts, message.account) ?? insert(accounts, message.account);
    case "account_updated":
      return replaceNewer(accounts, message.account) ?? accounts;
    case "account_deleted":
      return accounts.some((account) => account.id === message.id)
        ? accounts.filter((account) => account.id !== message.id)
        : accounts;
    default:
      return accounts;
  }
}

/** Null when the account is not in the list; an older version changes nothing. */
function replaceNewer(accounts: Account[], next: Account): Account[] | null {
  const index = accounts.findIndex((account) => account.id === next.id);
  const known = accounts[index];
  if (!known) return null;
  return next.version > known.version ? accounts.with(index, next) : accounts;
}

function insert(accounts: Account[], next: Account): Account[] {
  const index = accounts.findIndex((account) => account.id < next.id);
  return accounts.toSpliced(index === -1 ? accounts.length : index, 0, next);
}
