import { ActionIcon, Button, SegmentedControl, Tooltip } from "@mantine/core";
import { IconPencil, IconPlus, IconStack2, IconTrash } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { messageOf } from "@/api/problem";
import type { Account, Batch } from "@/api/types";
import { useNow } from "@/live/context";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/states";
import { BatchItem } from "./BatchItem";
import classes from "./BatchList.module.css";
import { useClosedBatches, useOpenBatches } from "./queries";

export type Show = "open" | "closed";

/** The account's batches: the open ones to work on, and those that are done. */
export function BatchList({
  account,
  selected,
  show,
  back,
  onShow,
  onSelect,
  onCreate,
  onEditAccount,
  onDeleteAccount,
}: {
  account: Account;
  selected: number | undefined;
  show: Show;
  back?: ReactNode;
  onShow: (show: Show) => void;
  onSelect: (id: number) => void;
  onCreate: () => void;
  onEditAccount: () => void;
  onDeleteAccount: () => void;
}) {
  const open = useOpenBatches(account.id);
  const closed = useClosedBatches(account.id, show === "closed");
  const list = show === "open" ? open : closed;
  const now = useNow(30_000);
  return (
    <section className={classes.pane} aria-label="Batches">
      <div className={classes.head}>
        {back}
        <div className={classes.account}>
          <h2 className={classes.name}>{account.name}</h2>
          <div className={classes.host}>{account.hostname || "no host"}</div>
        </div>
        <Tooltip label="Edit account">
          <ActionIcon variant="subtle" color="gray" aria-label="Edit account" onClick={onEditAccount}>
            <IconPencil size={16} stroke={1.8} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label="Delete account">
          <ActionIcon variant="subtle" color="gray" aria-label="Delete account" onClick={onDeleteAccount}>
            <IconTrash size={16} stroke={1.8} />
          </ActionIcon>
        </Tooltip>
      </div>
      <div className={classes.tools}>
        <SegmentedControl
          size="xs"
          aria-label="Which batches"
          value={show}
          onChange={(value) => onShow(value as Show)}
          data={[
            { value: "open", label: open.data ? `Open ${open.data.length}` : "Open" },
            { value: "closed", label: "Completed" },
          ]}
        />
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={onCreate}
          className={classes.create}
        >
          New batch
        </Button>
      </div>
      {list.isPending && <LoadingRows label="Loading batches" rows={6} height={38} />}
      {list.isError && (
        <ErrorState
          what="The batches could not be read"
          detail={messageOf(list.error)}
          onRetry={() => void list.refetch()}
        />
      )}
      {list.data?.length === 0 && <NoBatches show={show} />}
      <ul className={classes.list}>
        {list.data?.map((batch: Batch) => (
          <li key={batch.id}>
            <BatchItem
              batch={batch}
              now={now}
              selected={batch.id === selected}
              onSelect={() => onSelect(batch.id)}
            />
          </li>
        ))}
        {show === "closed" && closed.hasNextPage && (
          <li className={classes.more}>
            <Button
              variant="default"
              size="xs"
              loading={closed.isFetchingNextPage}
              onClick={() => void closed.fetchNextPage()}
            >
              Show older
            </Button>
          </li>
        )}
      </ul>
    </section>
  );
}

function NoBatches({ show }: { show: Show }) {
  if (show === "closed") {
    return (
      <EmptyState icon={<IconStack2 size={22} stroke={1.6} />} title="Nothing completed yet">
        Batches come here once they are submitted or withdrawn.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<IconStack2 size={22} stroke={1.6} />} title="No open batches">
      All are submitted or withdrawn. New ones appear here by themselves.
    </EmptyState>
  );
}
