import { ActionIcon, Tooltip } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Batch } from "@/api/types";
import { Money } from "@/shared/money";
import { ActionButton } from "@/shared/ui/ActionButton";
import { Tag } from "@/shared/ui/StatusBadge";
import { Moment } from "@/shared/ui/Time";
import classes from "./BatchHeader.module.css";
import { BATCH_STATE, labelOf, metaOf, textOf, titleOf } from "./describe";

/** What the batch is, where it stands among the open ones, and what can be done with it. */
export function BatchHeader({
  batch,
  place,
  back,
  submitting,
  onPrevious,
  onNext,
  onSubmit,
  onWithdraw,
}: {
  batch: Batch;
  /** Its place among the open batches, from 1; null when it is not one of them. */
  place: { index: number; of: number } | null;
  back?: ReactNode;
  submitting: boolean;
  onPrevious: () => void;
  onNext: () => void;
  onSubmit: () => void;
  onWithdraw: () => void;
}) {
  const state = BATCH_STATE[batch.state];
  const closed = batch.completed
    ? `This batch is ${state.word.toLowerCase()}: nothing changes in it any more.`
    : null;
  const empty = batch.bets.length === 0 ? "There is nothing to submit: the batch has no bets." : null;
  return (
    <header className={classes.header}>
      <div className={classes.top}>
        {back}
        <div className={classes.heading}>
          <h1 className={classes.title}>{titleOf(batch)}</h1>
          <Tag tone={state.tone}>{state.word}</Tag>
        </div>
        {place && (
          <div className={classes.place}>
            <span className="num">
              {place.index} of {place.of}
            </span>
            <Tooltip label="Previous batch (b)">
              <ActionIcon variant="default" size="md" onClick={onPrevious} aria-label="Previous batch">
                <IconChevronUp size={16} />
              </ActionIcon>
            </Tooltip>
            <Tooltip label="Next batch (n)">
              <ActionIcon variant="default" size="md" onClick={onNext} aria-label="Next batch">
                <IconChevronDown size={16} />
              </ActionIcon>
            </Tooltip>
          </div>
        )}
        <div className={classes.actions}>
          <ActionButton variant="default" reason={closed} onClick={onWithdraw}>
            Withdraw
          </ActionButton>
          <ActionButton shortcut="s" reason={closed ?? empty} loading={submitting} onClick={onSubmit}>
            Submit
          </ActionButton>
        </div>
      </div>
      <dl className={classes.facts}>
        <Fact label="Batch">#{batch.id}</Fact>
        {Object.entries(metaOf(batch)).map(([key, value]) => (
          <Fact key={key} label={labelOf(key)}>
            {textOf(value)}
          </Fact>
        ))}
        <Fact label="Stake">
          <Money value={sum(batch, "stake")} />
        </Fact>
        <Fact label="Cost">
          <Money value={sum(batch, "cost")} />
        </Fact>
        <Fact label="Created">
          <Moment at={batch.created_at} />
        </Fact>
      </dl>
    </header>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** For display only: the exact sums are the server's. */
function sum(batch: Batch, column: "stake" | "cost"): number {
  return batch.bets.reduce((total, bet) => total + bet[column], 0);
}
