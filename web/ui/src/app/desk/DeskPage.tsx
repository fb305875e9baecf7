import { useMediaQuery } from "@mantine/hooks";
import { IconListDetails, IconUsers } from "@tabler/icons-react";
import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { Suspense, useCallback, useEffect, useState } from "react";
import type { Account } from "@/api/types";
import { AccountList } from "@/features/accounts/AccountList";
import { useAccounts } from "@/features/accounts/queries";
import { BatchList } from "@/features/batches/BatchList";
import { useOpenBatches } from "@/features/batches/queries";
import { FirstSteps } from "@/features/samples/FirstSteps";
import { EmptyState } from "@/shared/ui/states";
import { useKeys } from "@/shared/useKeys";
import { useTitle } from "@/shared/useTitle";
import type { DeskSearch } from "../router";
import { Back } from "./Back";
import { BatchPane } from "./BatchPane";
import classes from "./DeskPage.module.css";
import { AccountForm, DeleteAccount, NewBatch } from "./dialogs";

type Dialog = { kind: "new-account" } | { kind: "edit" | "delete" | "new-batch"; account: Account } | null;

/** Accounts, the account's batches, the batch with its bets: side by side, or one at a time on a small screen. */
export function DeskPage() {
  const search = useSearch({ from: "/desk" });
  const go = useGo();
  const wide = useMediaQuery("(min-width: 901px)", true, { getInitialValueInEffect: false });
  const accounts = useAccounts();
  const account = accounts.data?.find((each) => each.id === search.account);
  const [dialog, setDialog] = useState<Dialog>(null);
  const close = () => setDialog(null);
  useTitle(account?.name, "Desk");

  const first = accounts.data?.[0]?.id;
  useEffect(() => {
    if (wide && first !== undefined && search.account === undefined) go({ account: first }, true);
  }, [wide, first, search.account, go]);

  useKeys({ "/": () => document.getElementById("account-filter")?.focus() });

  const level = search.account === undefined ? "accounts" : search.batch === undefined ? "batches" : "batch";
  const shows = (pane: typeof level) => wide || level === pane;
  return (
    <main className={classes.desk} data-level={level}>
      {shows("accounts") && (
        <div className={classes.accounts}>
          <AccountList
            selected={search.account}
            filter={search.q ?? ""}
            onFilter={(q) => go({ ...search, q: q || undefined }, true)}
            onSelect={(id) => go({ account: id, q: search.q })}
            onCreate={() => setDialog({ kind: "new-account" })}
            whenEmpty={!wide && <FirstSteps />}
          />
        </div>
      )}
      {account && shows("batches") && (
        <div className={classes.batches}>
          <BatchList
            account={account}
            selected={search.batch}
            show={search.show ?? "open"}
            back={!wide && <Back label="All accounts" onClick={() => go({ q: search.q })} />}
            onShow={(show) => go({ ...search, show: show === "closed" ? show : undefined })}
            onSelect={(batch) => go({ ...search, batch })}
            onCreate={() => setDialog({ kind: "new-batch", account })}
            onEditAccount={() => setDialog({ kind: "edit", account })}
            onDeleteAccount={() => setDialog({ kind: "delete", account })}
          />
        </div>
      )}
      {account && search.batch !== undefined && shows("batch") && (
        <BatchPane
          key={search.batch}
          account={account}
          batchId={search.batch}
          search={search}
          wide={wide}
          go={go}
        />
      )}
      {account && search.batch === undefined && wide && (
        <PickFirst
          account={account}
          go={go}
          search={search}
          onCreate={() => setDialog({ kind: "new-batch", account })}
        />
      )}
      {!account && accounts.isSuccess && (
        <Lost search={search} wide={wide} empty={first === undefined} go={go} />
      )}

      <Suspense>
        {dialog?.kind === "new-account" && (
          <AccountForm account={null} onClose={close} onSaved={(saved) => go({ account: saved.id })} />
        )}
        {dialog?.kind === "edit" && <AccountForm account={dialog.account} onClose={close} />}
        {dialog?.kind === "delete" && (
          <DeleteAccount
            account={dialog.account}
            onClose={close}
            onDeleted={() => go({ q: search.q }, true)}
          />
        )}
        {dialog?.kind === "new-batch" && (
          <NewBatch
            account={dialog.account}
            onClose={close}
            onCreated={(batch) => go({ account: batch.account_id, batch: batch.id, q: search.q })}
          />
        )}
      </Suspense>
    </main>
  );
}

/**
 * Moves within the desk. `replace` is for what the page chooses by itself: it leaves no step for the
 * browser's back button, and gives way to a person who is on the way to another page already.
 */
export type Go = (search: DeskSearch, replace?: boolean) => void;

function useGo(): Go {
  const navigate = useNavigate();
  const { history } = useRouter();
  return useCallback(
    (search, replace = false) => {
      if (replace && history.location.pathname !== "/desk") return;
      void navigate({ to: "/desk", search, replace });
    },
    [navigate, history],
  );
}

/** On a wide screen the first open batch is shown at once. */
function PickFirst({
  account,
  search,
  go,
  onCreate,
}: {
  account: Account;
  search: DeskSearch;
  go: Go;
  onCreate: () => void;
}) {
  const open = useOpenBatches(account.id);
  const first = open.data?.[0]?.id;
  useEffect(() => {
    if (first !== undefined && search.show === undefined) go({ ...search, batch: first }, true);
  }, [first, search, go]);
  if (!open.isSuccess) return <div className={classes.batch} />;
  return (
    <div className={classes.batch}>
      <EmptyState
        icon={<IconListDetails size={22} stroke={1.6} />}
        title={first === undefined ? "Nothing to work on" : "Choose a batch"}
        actions={
          first === undefined && (
            <button type="button" className={classes.textButton} onClick={onCreate}>
              Create a batch
            </button>
          )
        }
      >
        {first === undefined
          ? `${account.name} has no open batch. The next one appears here by itself.`
          : "Its bets are shown here."}
      </EmptyState>
    </div>
  );
}

/** No account to show: an empty store, or an account that is gone. */
function Lost({ search, wide, empty, go }: { search: DeskSearch; wide: boolean; empty: boolean; go: Go }) {
  if (empty && wide) {
    return (
      <div className={classes.start}>
        <EmptyState
          icon={<IconListDetails size={22} stroke={1.6} />}
          title="Nothing here yet"
          actions={<FirstSteps />}
        >
          This log is empty. Create an account on the left, let clients send bets to the API, or have a look
          round with sample data: five accounts with batches to work on, or a feed of made-up bets for the
          live page.
        </EmptyState>
      </div>
    );
  }
  if (search.account === undefined || empty) return null;
  return (
    <div className={classes.start}>
      <EmptyState
        icon={<IconUsers size={22} stroke={1.6} />}
        title="This account is not here any more"
        actions={
          <button type="button" className={classes.textButton} onClick={() => go({}, true)}>
            Show the others
          </button>
        }
      >
        Account {search.account} was deleted, or never existed. Its history stays in the log.
      </EmptyState>
    </div>
  );
}
