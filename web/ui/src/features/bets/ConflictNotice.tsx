import { Button } from "@mantine/core";
import { IconArrowsDiff } from "@tabler/icons-react";
import { STATUS } from "@/shared/status";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import classes from "./ConflictNotice.module.css";
import type { Conflict } from "./queries";

/** Says that someone else changed the bet meanwhile, and lets the person decide. */
export function ConflictNotice({
  conflict,
  onInsist,
  onYield,
}: {
  conflict: Conflict;
  onInsist: () => void;
  onYield: () => void;
}) {
  const { bet, seen, wanted } = conflict;
  return (
    <div className={classes.notice} role="alert">
      <IconArrowsDiff size={18} />
      <span className={classes.text}>
        Bet {bet.id} changed meanwhile: <StatusBadge status={seen} /> became{" "}
        <StatusBadge status={bet.status} />. Your change to {STATUS[wanted].word.toLowerCase()} was not
        applied.
      </span>
      <span className={classes.actions}>
        <Button size="xs" variant="default" onClick={onYield}>
          Keep {STATUS[bet.status].word.toLowerCase()}
        </Button>
        <Button size="xs" onClick={onInsist}>
          Make it {STATUS[wanted].word.toLowerCase()}
        </Button>
      </span>
    </div>
  );
}
