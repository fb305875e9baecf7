import { memo } from "react";
import type { Batch } from "@/api/types";
import { formatCount } from "@/shared/format";
import { countByStatus } from "@/shared/status";
import { Age } from "@/shared/ui/Time";
import classes from "./BatchList.module.css";
import { BATCH_STATE, titleOf } from "./describe";
import { Progress } from "./Progress";

/** One batch in the list: what it is, how far its bets are. */
export const BatchItem = memo(function BatchItem({
  batch,
  now,
  selected,
  onSelect,
}: {
  batch: Batch;
  now: number;
  selected: boolean;
  onSelect: () => void;
}) {
  const counts = countByStatus(batch.bets);
  const settled = counts.successful + counts.failed;
  return (
    <button
      type="button"
      className={classes.item}
      aria-current={selected ? "true" : undefined}
      onClick={onSelect}
    >
      <span className={classes.row}>
        <span className={classes.title}>{titleOf(batch)}</span>
        <span className={classes.number}>#{batch.id}</span>
      </span>
      <Progress counts={counts} />
      <span className={classes.row}>
        <span className={classes.detail}>
          {batch.completed
            ? BATCH_STATE[batch.state].word
            : batch.bets.length === 0
              ? "no bets yet"
              : `${formatCount(settled)} of ${formatCount(batch.bets.length)} settled`}
        </span>
        <span className={classes.detail}>
          <Age at={batch.completed ? batch.updated_at : batch.created_at} now={now} />
        </span>
      </span>
    </button>
  );
});
