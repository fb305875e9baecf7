import { Checkbox } from "@mantine/core";
import { type RefObject, Suspense, useEffect } from "react";
import type { Bet } from "@/api/types";
import { lazyNamed } from "@/shared/lazyNamed";
import { useCurrency } from "@/shared/money";
import type { Status } from "@/shared/status";
import { BetRow } from "./BetRow";
import classes from "./BetTable.module.css";

const LongRows = lazyNamed(async () => (await import("./LongRows")).LongRows);

/** Up to here every row is in the page; longer tables hold only the rows in view. */
const WHOLE = 80;

/** The bets of a batch. Long ones stay light: only what is in view is in the page. */
export function BetTable({
  bets,
  betType,
  current,
  checked,
  busy,
  locked,
  scroller,
  onCurrent,
  onCheck,
  onCheckAll,
  onChange,
}: {
  bets: Bet[];
  betType: string;
  current: number | null;
  checked: ReadonlySet<number>;
  busy: ReadonlySet<number>;
  locked: string | null;
  scroller: RefObject<HTMLElement | null>;
  onCurrent: (bet: Bet) => void;
  onCheck: (bet: Bet, range: boolean) => void;
  onCheckAll: (all: boolean) => void;
  onChange: (bet: Bet, status: Status) => void;
}) {
  const currency = useCurrency();
  const place = bets.findIndex((bet) => bet.pid === current);
  const whole = bets.length <= WHOLE;
  useEffect(() => {
    if (place < 0 || !whole) return;
    scroller.current?.querySelector(`[data-index="${place}"]`)?.scrollIntoView({ block: "nearest" });
  }, [place, whole, scroller]);
  const all = bets.length > 0 && bets.every((bet) => checked.has(bet.pid));
  const row = (index: number, measure?: (element: HTMLElement | null) => void) => {
    const bet = bets[index];
    if (!bet) return null;
    return (
      <BetRow
        key={bet.pid}
        bet={bet}
        betType={betType}
        index={index}
        checked={checked.has(bet.pid)}
        current={bet.pid === current}
        busy={busy.has(bet.pid)}
        locked={locked}
        onCheck={onCheck}
        onCurrent={onCurrent}
        onChange={onChange}
        measure={measure}
      />
    );
  };
  return (
    <table className={classes.table} aria-rowcount={bets.length + 1}>
      <thead>
        <tr>
          {!locked && (
            <th className={classes.check}>
              <Checkbox
                size="xs"
                aria-label={all ? "Select none" : `Select all ${bets.length}`}
                checked={all}
                indeterminate={!all && checked.size > 0}
                onChange={() => onCheckAll(!all)}
              />
            </th>
          )}
          <th className={classes.id}>Bet</th>
          <th>Selection</th>
          <th className={classes.money}>
            Stake <span className="unit">{currency.code}</span>
          </th>
          <th className={classes.money}>
            Cost <span className="unit">{currency.code}</span>
          </th>
          <th className={classes.status}>Status</th>
        </tr>
      </thead>
      <tbody>
        {whole ? (
          bets.map((_, index) => row(index))
        ) : (
          <Suspense>
            <LongRows count={bets.length} place={place} scroller={scroller} row={row} />
          </Suspense>
        )}
      </tbody>
    </table>
  );
}
