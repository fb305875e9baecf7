import { ActionIcon, CloseButton, Kbd, TextInput } from "@mantine/core";
import { IconPlus, IconSearch, IconUsers } from "@tabler/icons-react";
import { type ReactNode, useMemo } from "react";
import { messageOf } from "@/api/problem";
import { plural } from "@/shared/format";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/states";
import classes from "./AccountList.module.css";
import { useAccounts } from "./queries";

/** The sidebar of accounts with its search. */
export function AccountList({
  selected,
  filter,
  onFilter,
  onSelect,
  onCreate,
  whenEmpty,
}: {
  selected: number | undefined;
  filter: string;
  onFilter: (text: string) => void;
  onSelect: (id: number) => void;
  onCreate: () => void;
  /** Shown below the words when there is no account at all. */
  whenEmpty?: ReactNode;
}) {
  const accounts = useAccounts();
  const shown = useMemo(() => matching(accounts.data ?? [], filter), [accounts.data, filter]);
  return (
    <nav className={classes.pane} aria-label="Accounts">
      <div className={classes.head}>
        <h2 className={classes.title}>Accounts</h2>
        {accounts.data && <span className={classes.count}>{accounts.data.length}</span>}
        <ActionIcon variant="subtle" color="gray" onClick={onCreate} aria-label="New account" ml="auto">
          <IconPlus size={18} stroke={1.8} />
        </ActionIcon>
      </div>
      <div className={classes.search}>
        <TextInput
          id="account-filter"
          type="search"
          aria-label="Find an account"
          placeholder="Find an account"
          size="sm"
          value={filter}
          onChange={(event) => onFilter(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Escape" && event.currentTarget.blur()}
          leftSection={<IconSearch size={15} />}
          rightSection={
            filter ? (
              <CloseButton size="sm" aria-label="Clear the search" onClick={() => onFilter("")} />
            ) : (
              <Kbd size="xs" aria-hidden>
                /
              </Kbd>
            )
          }
        />
      </div>
      {accounts.isPending && <LoadingRows label="Loading accounts" rows={6} height={30} />}
      {accounts.isError && (
        <ErrorState
          what="The accounts could not be read"
          detail={messageOf(accounts.error)}
          onRetry={() => void accounts.refetch()}
        />
      )}
      {accounts.data?.length === 0 && (
        <EmptyState icon={<IconUsers size={22} stroke={1.6} />} title="No accounts yet" actions={whenEmpty}>
          Batches of bets are placed for accounts. Create the first one with the plus above.
        </EmptyState>
      )}
      {accounts.data && accounts.data.length > 0 && shown.length === 0 && (
        <EmptyState title="No match">
          None of {plural(accounts.data.length, "account")} has “{filter}” in its name or host.
        </EmptyState>
      )}
      <ul className={classes.list}>
        {shown.map((account) => (
          <li key={account.id}>
            <button
              type="button"
              className={classes.item}
              aria-current={account.id === selected ? "true" : undefined}
              onClick={() => onSelect(account.id)}
            >
              <span className={classes.initials} aria-hidden>
                {initials(account.name)}
              </span>
              <span className={classes.words}>
                <span className={classes.name}>{account.name}</span>
                <span className={classes.host}>{account.hostname || "no host"}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function matching<T extends { name: string; hostname: string }>(accounts: T[], filter: string): T[] {
  const wanted = filter.trim().toLowerCase();
  if (wanted === "") return accounts;
  return accounts.filter((account) => `${account.name} ${account.hostname}`.toLowerCase().includes(wanted));
}

function initials(name: string): string {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  const letters =
    words.length > 1 ? [words[0], words.at(-1)].map((word) => [...(word ?? "")][0]) : [...name].slice(0, 2);
  return letters.join("").toUpperCase();
}
