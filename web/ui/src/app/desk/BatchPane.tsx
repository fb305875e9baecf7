import { IconFilterOff, IconTicket } from "@tabler/icons-react";
import { Suspense, useRef, useState } from "react";
import { hasStatus, messageOf } from "@/api/problem";
import type { Account, Batch } from "@/api/types";
import { BatchHeader } from "@/features/batches/BatchHeader";
import { asStatus, BATCH_STATE, betTypeOf, nextOpen } from "@/features/batches/describe";
import { useBatch, useOpenBatches, useSubmitBatch } from "@/features/batches/queries";
import { StatusFilter } from "@/features/batches/StatusFilter";
import { BetTable } from "@/features/bets/BetTable";
import { BulkBar } from "@/features/bets/BulkBar";
import { ConflictNotice } from "@/features/bets/ConflictNotice";
import { useChangeStatus, useOptimisticBets } from "@/features/bets/queries";
import { useBetSelection } from "@/features/bets/useBetSelection";
import { STATUS, type Status } from "@/shared/status";
import { notifyDone, notifyFailed } from "@/shared/ui/notify";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/states";
import { useKeys } from "@/shared/useKeys";
import type { DeskSearch } from "../router";
import { Back } from "./Back";
import type { Go } from "./DeskPage";
import classes from "./DeskPage.module.css";
import { SubmitBatch, WithdrawBatch } from "./dialogs";

interface PaneProps {
  account: Account;
  search: DeskSearch;
  wide: boolean;
  go: Go;
}

/** One batch: read from the open ones, or by itself when it is not among them. */
export function BatchPane({ batchId, ...props }: PaneProps & { batchId: number }) {
  const open = useOpenBatches(props.account.id);
  const listed = open.data?.find((batch) => batch.id === batchId);
  const single = useBatch(props.account.id, batchId, open.isSuccess && !listed);
  const batch = listed ?? single.data;
  if (batch) return <Loaded {...props} batch={batch} open={open.data ?? []} />;
  const error = open.error ?? single.error;
  return (
    <div className={classes.batch}>
      {!error && <LoadingRows label="Loading the batch" rows={8} height={24} />}
      {error && hasStatus(error, 404) && (
        <EmptyState
          title="This batch is not here"
          actions={
            <button
              type="button"
              className={classes.textButton}
              onClick={() => props.go({ account: props.account.id })}
            >
              Show the account's batches
            </button>
          }
        >
          {props.account.name} has no batch #{batchId}.
        </EmptyState>
      )}
      {error && !hasStatus(error, 404) && (
        <ErrorState
          what="The batch could not be read"
          detail={messageOf(error)}
          onRetry={() => void (open.error ? open.refetch() : single.refetch())}
        />
      )}
    </div>
  );
}

function Loaded({ batch, open, search, wide, go }: PaneProps & { batch: Batch; open: Batch[] }) {
  const { bets, busy } = useOptimisticBets(batch);
  const status = asStatus(search.bets);
  const shown = status ? bets.filter((bet) => bet.status === status) : bets;
  const { change, conflict, insist, yield: giveWay } = useChangeStatus(batch);
  const selection = useBetSelection(shown);
  const submit = useSubmitBatch();
  const [dialog, setDialog] = useState<"submit" | "withdraw" | null>(null);
  const scroller = useRef<HTMLDivElement>(null);

  const index = open.findIndex((each) => each.id === batch.id);
  const step = (by: number) => {
    const target = open[index === -1 ? 0 : (index + by + open.length) % open.length];
    if (target && target.id !== batch.id) go({ ...search, show: undefined, batch: target.id });
  };
  const moveOn = () => go({ ...search, show: undefined, batch: nextOpen(open, batch.id) }, true);
  const confirmSubmit = () => {
    setDialog(null);
    submit.mutate(batch, {
      onSuccess: () => {
        notifyDone(`Batch #${batch.id} was submitted.`);
        moveOn();
      },
      onError: (error) => notifyFailed(`Batch #${batch.id} was not submitted`, messageOf(error)),
    });
  };
  const askSubmit = () => {
    if (batch.completed || bets.length === 0 || submit.isPending) return;
    if (bets.some((bet) => bet.status === "pending")) setDialog("submit");
    else confirmSubmit();
  };
  const setStatus = (next: Status) => {
    if (batch.completed) return;
    const targets = selection.targets();
    change(targets, next);
  };
  useKeys({
    j: () => selection.move(1),
    k: () => selection.move(-1),
    ArrowDown: () => selection.move(1),
    ArrowUp: () => selection.move(-1),
    x: () => selection.toggleCurrent(false),
    X: () => selection.toggleCurrent(true),
    "1": () => setStatus("pending"),
    "2": () => setStatus("successful"),
    "3": () => setStatus("failed"),
    s: askSubmit,
    n: () => step(1),
    b: () => step(-1),
    Escape: selection.clear,
  });

  const locked = batch.completed ? `The batch is ${BATCH_STATE[batch.state].word.toLowerCase()}.` : null;
  return (
    <div className={classes.batch} ref={scroller}>
      <BatchHeader
        batch={batch}
        place={index === -1 ? null : { index: index + 1, of: open.length }}
        back={!wide && <Back label="All batches" onClick={() => go({ ...search, batch: undefined })} />}
        submitting={submit.isPending}
        onPrevious={() => step(-1)}
        onNext={() => step(1)}
        onSubmit={askSubmit}
        onWithdraw={() => setDialog("withdraw")}
      />
      {locked && <p className={classes.note}>{locked} Its bets are fixed; they are shown as they ended.</p>}
      <div className={classes.toolbar}>
        <StatusFilter bets={bets} status={status} onChange={(next) => go({ ...search, bets: next }, true)} />
      </div>
      {conflict && <ConflictNotice conflict={conflict} onInsist={insist} onYield={giveWay} />}
      {shown.length > 0 && (
        <BetTable
          bets={shown}
          betType={betTypeOf(batch)}
          current={selection.current}
          checked={selection.checked}
          busy={busy}
          locked={locked}
          scroller={scroller}
          onCurrent={selection.setCurrent}
          onCheck={selection.check}
          onCheckAll={selection.checkAll}
          onChange={(bet, next) => change([bet], next)}
        />
      )}
      {bets.length === 0 && (
        <EmptyState icon={<IconTicket size={22} stroke={1.6} />} title="No bets yet">
          Bets that join this batch appear here by themselves.
        </EmptyState>
      )}
      {bets.length > 0 && shown.length === 0 && status && (
        <EmptyState
          icon={<IconFilterOff size={22} stroke={1.6} />}
          title={`No ${STATUS[status].word.toLowerCase()} bets`}
        >
          None of the {bets.length} bets of this batch is {STATUS[status].word.toLowerCase()} now.
        </EmptyState>
      )}
      {!locked && (
        <BulkBar
          count={selection.checked.size}
          onChange={(next) => {
            setStatus(next);
            selection.clear();
          }}
          onClear={selection.clear}
        />
      )}
      <Suspense>
        {dialog === "submit" && (
          <SubmitBatch batch={{ ...batch, bets }} onClose={() => setDialog(null)} onConfirm={confirmSubmit} />
        )}
        {dialog === "withdraw" && (
          <WithdrawBatch batch={batch} onClose={() => setDialog(null)} onDone={moveOn} />
        )}
      </Suspense>
    </div>
  );
}
