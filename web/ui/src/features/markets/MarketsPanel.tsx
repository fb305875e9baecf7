import { SegmentedControl } from "@mantine/core";
import { IconChartBar } from "@tabler/icons-react";
import { useMemo } from "react";
import { messageOf } from "@/api/problem";
import type { MarketSummary } from "@/api/types";
import { useNow } from "@/live/context";
import { formatCount, plural } from "@/shared/format";
import { Money } from "@/shared/money";
import { Panel } from "@/shared/ui/Panel";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/states";
import { Age } from "@/shared/ui/Time";
import table from "@/shared/ui/table.module.css";
import { MarketDetail } from "./MarketDetail";
import classes from "./MarketsPanel.module.css";
import { useMarkets } from "./queries";

export type MarketSort = "turnover" | "game";

/** The games with their money, and the odds of the one that is chosen. */
export function MarketsPanel({
  chosen,
  sort,
  wide,
  onChoose,
  onSort,
}: {
  chosen: string | undefined;
  sort: MarketSort;
  /** List and odds side by side; else one at a time. */
  wide: boolean;
  onChoose: (gameId: string | undefined) => void;
  onSort: (sort: MarketSort) => void;
}) {
  const markets = useMarkets();
  const now = useNow(1_000);
  const rows = useMemo(() => sorted(markets.data ?? [], sort), [markets.data, sort]);
  const open = chosen ?? (wide ? rows[0]?.game_id : undefined);
  const list = (
    <div className={classes.list}>
      <table className={table.table}>
        <thead>
          <tr>
            <th>Game</th>
            <th className={table.num}>Bets</th>
            <th className={table.num}>Turnover</th>
            {wide && <th className={table.num}>Odds updates</th>}
            <th className={table.num}>Last bet</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((market) => (
            <tr key={market.game_id} className={classes.row} data-open={market.game_id === open || undefined}>
              <td className={table.break}>
                <button
                  type="button"
                  className={classes.game}
                  aria-current={market.game_id === open ? "true" : undefined}
                  onClick={() => onChoose(market.game_id)}
                >
                  {market.game_id}
                </button>
              </td>
              <td className={table.num}>{formatCount(market.bets)}</td>
              <td className={table.num}>
                <Money value={market.turnover} bare />
              </td>
              {wide && <td className={table.num}>{formatCount(market.odds_updates)}</td>}
              <td className={`${table.num} ${table.muted}`}>
                {market.last_bet_at ? <Age at={market.last_bet_at} now={now} suffix={false} /> : "–"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
  return (
    <Panel
      title="Odds by market"
      note={markets.data && plural(markets.data.length, "game")}
      flush
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Games by"
          value={sort}
          onChange={(value) => onSort(value as MarketSort)}
          data={[
            { value: "turnover", label: "Turnover" },
            { value: "game", label: "Game" },
          ]}
        />
      }
    >
      {markets.isPending && <LoadingRows label="Loading the games" rows={5} />}
      {markets.isError && (
        <ErrorState
          what="The games could not be read"
          detail={messageOf(markets.error)}
          onRetry={() => void markets.refetch()}
        />
      )}
      {markets.data?.length === 0 && (
        <EmptyState icon={<IconChartBar size={22} stroke={1.6} />} title="No bets on any game yet">
          Games appear with their first bet from the stream or from POST /api/v1/bets.
        </EmptyState>
      )}
      {rows.length > 0 && (
        <div className={classes.split}>
          {(wide || chosen === undefined) && list}
          {open !== undefined && (
            <MarketDetail gameId={open} onBack={wide ? undefined : () => onChoose(undefined)} />
          )}
        </div>
      )}
    </Panel>
  );
}

function sorted(markets: MarketSummary[], sort: MarketSort): MarketSummary[] {
  const byGame = (a: MarketSummary, b: MarketSummary) =>
    a.game_id.localeCompare(b.game_id, "en", { numeric: true });
  return markets.toSorted((a, b) =>
    sort === "turnover" ? b.turnover - a.turnover || byGame(a, b) : byGame(a, b),
  );
}
