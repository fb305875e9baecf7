import { SegmentedControl } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { FailuresPanel } from "@/features/failures/FailuresPanel";
import { OutcomesPanel } from "@/features/failures/OutcomesPanel";
import { MarketsPanel } from "@/features/markets/MarketsPanel";
import { FeedSwitch } from "@/features/samples/FeedSwitch";
import { Board } from "@/features/stats/Board";
import { ChartPanel } from "@/features/stats/ChartPanel";
import { NeedsPanel } from "@/features/system/NeedsPanel";
import { ProcessesPanel } from "@/features/system/ProcessesPanel";
import { ProjectionsPanel } from "@/features/system/ProjectionsPanel";
import { formatRate, formatShort } from "@/shared/format";
import { useCurrency } from "@/shared/money";
import { useTitle } from "@/shared/useTitle";
import type { LiveSearch } from "../router";
import classes from "./LivePage.module.css";

const RANGES = [
  { value: "60", label: "1 min" },
  { value: "300", label: "5 min" },
  { value: "900", label: "15 min" },
];

/** Figures, charts, odds, failures and what runs where, as they change. */
export function LivePage() {
  useTitle("Live");
  const search = useSearch({ from: "/live" });
  const navigate = useNavigate();
  const go = useCallback(
    (next: LiveSearch) => void navigate({ to: "/live", search: next, replace: true, resetScroll: false }),
    [navigate],
  );
  const wide = useMediaQuery("(min-width: 1001px)", true, { getInitialValueInEffect: false });
  const { code } = useCurrency();
  const range = search.range ?? 300;
  return (
    <main className={classes.page}>
      <div className={classes.inner}>
        <header className={classes.head}>
          <h1 className={classes.title}>Live</h1>
          <div className={classes.tools}>
            <FeedSwitch />
            <SegmentedControl
              size="xs"
              aria-label="Span of the charts"
              value={String(range)}
              onChange={(value) => go({ ...search, range: Number(value) })}
              data={RANGES}
            />
          </div>
        </header>
        <Board />
        <div className={classes.pair}>
          <ChartPanel
            title="Bets per second"
            column="bets"
            colour="--accent"
            format={formatRate}
            range={range}
          />
          <ChartPanel
            title={code ? `Value per second, ${code}` : "Value per second"}
            column="value"
            colour="--ok-solid"
            format={formatShort}
            range={range}
          />
        </div>
        <MarketsPanel
          chosen={search.market}
          sort={search.sort ?? "turnover"}
          wide={wide}
          onChoose={(market) => go({ ...search, market })}
          onSort={(sort) => go({ ...search, sort: sort === "turnover" ? undefined : sort })}
        />
        <div className={classes.third}>
          <OutcomesPanel />
          <FailuresPanel />
        </div>
        <div className={classes.thirds}>
          <NeedsPanel />
          <ProjectionsPanel />
          <ProcessesPanel />
        </div>
      </div>
    </main>
  );
}
