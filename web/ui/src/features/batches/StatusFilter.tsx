import { UnstyledButton } from "@mantine/core";
import type { Bet } from "@/api/types";
import { formatCount } from "@/shared/format";
import { countByStatus, STATUS, STATUSES, type Status } from "@/shared/status";
import classes from "./StatusFilter.module.css";

/** Counts by status in colour, icon and word; each is a filter of the table below. */
export function StatusFilter({
  bets,
  status,
  onChange,
}: {
  bets: readonly Bet[];
  status: Status | undefined;
  onChange: (status: Status | undefined) => void;
}) {
  const counts = countByStatus(bets);
  return (
    <fieldset className={classes.group}>
      <legend className="sr-only">Show bets</legend>
      <UnstyledButton
        className={classes.item}
        aria-pressed={status === undefined}
        onClick={() => onChange(undefined)}
      >
        <b className="num">{formatCount(bets.length)}</b> All
      </UnstyledButton>
      {STATUSES.map((each) => {
        const { word, tone, icon: Icon } = STATUS[each];
        return (
          <UnstyledButton
            key={each}
            className={classes.item}
            data-tone={tone}
            data-none={counts[each] === 0 || undefined}
            aria-pressed={status === each}
            onClick={() => onChange(status === each ? undefined : each)}
          >
            <Icon size={16} stroke={2} />
            <b className="num">{formatCount(counts[each])}</b> {word}
          </UnstyledButton>
        );
      })}
    </fieldset>
  );
}
