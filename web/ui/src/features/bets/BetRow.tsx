import { Checkbox } from "@mantine/core";
import { type MouseEvent, memo } from "react";
import type { Bet } from "@/api/types";
import { Money } from "@/shared/money";
import type { Status } from "@/shared/status";
import { StatusBadge } from "@/shared/ui/StatusBadge";
import classes from "./BetTable.module.css";
import { Selection } from "./Selection";
import { StatusControl } from "./StatusControl";

export interface BetRowProps {
  bet: Bet;
  betType: string;
  index: number;
  checked: boolean;
  current: boolean;
  busy: boolean;
  /** Why no status can be changed, or null. */
  locked: string | null;
  onCheck: (bet: Bet, range: boolean) => void;
  onCurrent: (bet: Bet) => void;
  onChange: (bet: Bet, status: Status) => void;
  measure?: (row: HTMLElement | null) => void;
}

/** One bet: what it is on, its money, its status and the ways to change it. */
export const BetRow = memo(function BetRow(props: BetRowProps) {
  const { bet, locked, checked, current } = props;
  return (
    <tr
      ref={props.measure}
      data-index={props.index}
      data-pid={bet.pid}
      className={classes.row}
      data-current={current || undefined}
      data-checked={checked || undefined}
      aria-current={current ? "true" : undefined}
      onClick={() => props.onCurrent(bet)}
    >
      {!locked && (
        <td className={classes.check}>
          <Checkbox
            size="xs"
            checked={checked}
            aria-label={`Select bet ${bet.id}`}
            onChange={() => undefined}
            onClick={(event: MouseEvent) => props.onCheck(bet, event.shiftKey)}
          />
        </td>
      )}
      <td className={classes.id}>{bet.id}</td>
      <td className={classes.selection}>
        <Selection text={bet.selection} betType={bet.bet_type ?? props.betType} />
        {bet.game_id && (
          <span className={classes.source} title={bet.bet_id ?? undefined}>
            {bet.game_id}
            {bet.odds ? ` at ${bet.odds}` : ""}
          </span>
        )}
      </td>
      <td className={classes.money} data-label="Stake">
        <Money value={bet.stake} bare />
      </td>
      <td className={classes.money} data-label="Cost">
        <Money value={bet.cost} bare />
      </td>
      <td className={classes.status}>
        {locked ? (
          <StatusBadge status={bet.status} />
        ) : (
          <StatusControl
            label={`Status of bet ${bet.id}`}
            status={bet.status}
            busy={props.busy}
            onChange={(status) => props.onChange(bet, status)}
          />
        )}
      </td>
    </tr>
  );
});
