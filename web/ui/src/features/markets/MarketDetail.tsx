import { ActionIcon } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { hasStatus, messageOf } from "@/api/problem";
import type { Pool } from "@/api/types";
import { formatCount, formatPrice, formatShare, plural } from "@/shared/format";
import { Money } from "@/shared/money";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/states";
import table from "@/shared/ui/table.module.css";
import classes from "./MarketDetail.module.css";
import { useMarket } from "./queries";

/** One game: what is bet on each selection, and what the tote would pay. */
export function MarketDetail({ gameId, onBack }: { gameId: string; onBack?: () => void }) {
  const market = useMarket(gameId);
  return (
    <section className={classes.detail} aria-label={`Odds of ${gameId}`}>
      <header className={classes.head}>
        {onBack && (
          <ActionIcon variant="subtle" color="gray" onClick={onBack} aria-label="All games">
            <IconArrowLeft size={18} />
          </ActionIcon>
        )}
        <h3 className={classes.title}>{gameId}</h3>
        {market.data && (
          <span className={classes.sum}>
            {plural(market.data.bets, "bet")}, <Money value={market.data.turnover} />
          </span>
        )}
      </header>
      {market.isPending && <LoadingRows label="Loading the odds" rows={4} />}
      {market.isError &&
        (hasStatus(market.error, 404) ? (
          <EmptyState title="This game is not known here">Nobody has bet on {gameId} yet.</EmptyState>
        ) : (
          <ErrorState
            what="The odds could not be read"
            detail={messageOf(market.error)}
            onRetry={() => void market.refetch()}
          />
        ))}
      {market.data?.pools.map((pool) => (
        <PoolTable key={pool.bet_type} pool={pool} />
      ))}
      {market.data?.pools.length === 0 && (
        <EmptyState title="No pool yet">Odds appear once bets name what they are on.</EmptyState>
      )}
    </section>
  );
}

function PoolTable({ pool }: { pool: Pool }) {
  const most = pool.selections.reduce((amount, selection) => Math.max(amount, selection.amount), 0);
  return (
    <div className={classes.pool}>
      <div className={classes.poolHead}>
        <span className={classes.type}>{pool.bet_type}</span>
        <span className={classes.terms}>
          sales <Money value={pool.sales} /> · takeout {pool.takeout_percent} %
          {pool.breakage > 0 && (
            <>
              {" "}
              · breakage <Money value={pool.breakage} bare />
            </>
          )}
        </span>
      </div>
      {pool.selections.length > 0 && (
        <table className={table.table}>
          <thead>
            <tr>
              <th>Selection</th>
              <th aria-label="Share of sales" />
              <th className={table.num}>Bets</th>
              <th className={table.num}>Amount</th>
              <th className={table.num}>Pays per unit</th>
            </tr>
          </thead>
          <tbody>
            {pool.selections.map((selection) => (
              <tr key={selection.selection}>
                <td className={`${table.strong} ${table.break}`}>{selection.selection}</td>
                <td className={classes.bar}>
                  <span
                    title={formatShare(pool.sales > 0 ? selection.amount / pool.sales : 0)}
                    style={{ width: `${most > 0 ? Math.max(2, (selection.amount / most) * 100) : 0}%` }}
                  />
                </td>
                <td className={table.num}>{formatCount(selection.bets)}</td>
                <td className={table.num}>
                  <Money value={selection.amount} bare />
                </td>
                <td className={`${table.num} ${table.strong}`}>{formatPrice(selection.price)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {pool.unselected_bets > 0 && (
        <p className={classes.note}>
          {plural(pool.unselected_bets, "bet")} of <Money value={pool.unselected_amount} /> name no selection:
          they count towards turnover, and no odds can be computed from them.
        </p>
      )}
    </div>
  );
}
