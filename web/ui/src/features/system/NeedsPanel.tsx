import { messageOf } from "@/api/problem";
import type { Need } from "@/api/types";
import type { Tone } from "@/shared/status";
import { Panel } from "@/shared/ui/Panel";
import { Tag } from "@/shared/ui/StatusBadge";
import { ErrorState, LoadingRows } from "@/shared/ui/states";
import table from "@/shared/ui/table.module.css";
import { useSystem } from "./queries";

const NAMES: Record<Need["need"], string> = {
  log: "Event log",
  views: "Read models",
  odds: "Odds counters",
  stream: "Bet stream",
  nudges: "Wake-ups",
};

const STATES: Record<Need["state"], { word: string; tone: Tone }> = {
  connected: { word: "Connected", tone: "ok" },
  connecting: { word: "Connecting", tone: "wait" },
  embedded: { word: "Built in", tone: "quiet" },
};

/** What the product stands on, and what was chosen for it. */
export function NeedsPanel() {
  const system = useSystem(5_000);
  return (
    <Panel title="What runs where" note={system.data && `version ${system.data.version}`} flush>
      {system.isPending && <LoadingRows label="Loading the system" rows={4} />}
      {system.isError && (
        <ErrorState
          what="The system could not be read"
          detail={messageOf(system.error)}
          onRetry={() => void system.refetch()}
        />
      )}
      {system.data && (
        <table className={table.table}>
          <thead>
            <tr>
              <th>Need</th>
              <th>Served by</th>
              <th>State</th>
            </tr>
          </thead>
          <tbody>
            {system.data.needs.map((need) => (
              <tr key={need.need}>
                <td className={table.strong}>{NAMES[need.need] ?? need.need}</td>
                <td className={table.break}>
                  {need.choice}
                  {need.variable && <div className={`${table.muted} mono`}>{need.variable}</div>}
                </td>
                <td>
                  <Tag tone={STATES[need.state]?.tone}>{STATES[need.state]?.word ?? need.state}</Tag>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
