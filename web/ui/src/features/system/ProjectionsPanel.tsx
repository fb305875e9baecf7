import { messageOf } from "@/api/problem";
import type { ProjectionStatus } from "@/api/types";
import { formatCount } from "@/shared/format";
import type { Tone } from "@/shared/status";
import { Panel } from "@/shared/ui/Panel";
import { Tag } from "@/shared/ui/StatusBadge";
import { ErrorState, LoadingRows } from "@/shared/ui/states";
import table from "@/shared/ui/table.module.css";
import { useSystem } from "./queries";

const STATES: Record<ProjectionStatus["state"], { word: string; tone: Tone }> = {
  running: { word: "Running", tone: "ok" },
  "catching-up": { word: "Catching up", tone: "wait" },
  rebuilding: { word: "Rebuilding", tone: "info" },
  paused: { word: "Paused", tone: "fail" },
  standby: { word: "Standby", tone: "quiet" },
};

/** How far each read model has come in the log. */
export function ProjectionsPanel() {
  const system = useSystem(5_000);
  return (
    <Panel title="Projections" note={system.data && `log at ${formatCount(system.data.position)}`} flush>
      {system.isPending && <LoadingRows label="Loading the projections" rows={4} />}
      {system.isError && (
        <ErrorState
          what="The projections could not be read"
          detail={messageOf(system.error)}
          onRetry={() => void system.refetch()}
        />
      )}
      {system.data && (
        <table className={table.table}>
          <thead>
            <tr>
              <th>Name</th>
              <th>State</th>
              <th className={table.num}>Position</th>
              <th className={table.num}>Lag</th>
            </tr>
          </thead>
          <tbody>
            {system.data.projections.map((projection) => (
              <tr key={projection.name}>
                <td className={table.strong}>
                  {projection.name}
                  {projection.error && <div className={table.muted}>{projection.error}</div>}
                </td>
                <td>
                  <Tag tone={projection.error ? "fail" : STATES[projection.state]?.tone}>
                    {STATES[projection.state]?.word ?? projection.state}
                  </Tag>
                </td>
                <td className={table.num}>{formatCount(projection.position)}</td>
                <td className={table.num}>{projection.lag === 0 ? "none" : formatCount(projection.lag)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
