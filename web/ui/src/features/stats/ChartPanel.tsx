import { SegmentedControl } from "@mantine/core";
import { useMemo, useState } from "react";
import { messageOf } from "@/api/problem";
import { formatTime } from "@/shared/format";
import { useZone } from "@/shared/preferences";
import { Chart } from "@/shared/ui/Chart";
import { Panel } from "@/shared/ui/Panel";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/states";
import classes from "./ChartPanel.module.css";
import { useSeries } from "./queries";
import { steps, tail } from "./steps";

/** A line of the series with its table. */
export function ChartPanel({
  title,
  column,
  colour,
  format,
  range,
}: {
  title: string;
  column: "bets" | "value";
  colour: string;
  format: (value: number) => string;
  /** Seconds to show. */
  range: number;
}) {
  const series = useSeries();
  const [zone] = useZone();
  const [view, setView] = useState("chart");
  const shown = useMemo(() => series.data && tail(series.data, column, range), [series.data, column, range]);
  const highest = shown ? shown.values.reduce((most, value) => Math.max(most, value), 0) : 0;
  const now = shown?.values.at(-1) ?? 0;
  return (
    <Panel
      title={title}
      note={shown && `highest ${format(highest)}`}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={`${title} as`}
          value={view}
          onChange={setView}
          data={[
            { value: "chart", label: "Chart" },
            { value: "table", label: "Table" },
          ]}
        />
      }
    >
      {series.isPending && <LoadingRows label={`Loading ${title.toLowerCase()}`} rows={4} height={36} />}
      {series.isError && (
        <ErrorState
          what="The history could not be read"
          detail={messageOf(series.error)}
          onRetry={() => void series.refetch()}
        />
      )}
      {shown && shown.seconds.length === 0 && (
        <EmptyState title="No history yet">The line starts with the first second that is counted.</EmptyState>
      )}
      {shown && shown.seconds.length > 0 && view === "chart" && (
        <Chart
          label={`${title} over ${Math.round(range / 60)} minutes: now ${format(now)}, highest ${format(highest)}`}
          seconds={shown.seconds}
          values={shown.values}
          zone={zone}
          colour={colour}
          name={column === "bets" ? "Bets" : "Value"}
          format={format}
        />
      )}
      {shown && view === "table" && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard
        <section className={classes.scroll} aria-label={`${title}, table`} tabIndex={0}>
          <table className={classes.table}>
            <thead>
              <tr>
                <th>From</th>
                <th>Mean per second</th>
                <th>Sum</th>
              </tr>
            </thead>
            <tbody>
              {steps(shown, Math.max(1, Math.round(range / 30))).map((step) => (
                <tr key={step.from}>
                  <td>{formatTime(step.from * 1_000, zone)}</td>
                  <td>{format(step.mean)}</td>
                  <td>{format(step.sum)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Panel>
  );
}
