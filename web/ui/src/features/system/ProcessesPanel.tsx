import { IconCpu } from "@tabler/icons-react";
import { messageOf } from "@/api/problem";
import { useNow } from "@/live/context";
import { formatCount, formatRate } from "@/shared/format";
import { Panel } from "@/shared/ui/Panel";
import { Tag } from "@/shared/ui/StatusBadge";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/states";
import { Age } from "@/shared/ui/Time";
import table from "@/shared/ui/table.module.css";
import { useSystem } from "./queries";

/** Silence after which a process is shown as gone quiet. */
const QUIET_MS = 10_000;

/** The running processes and what each takes in. */
export function ProcessesPanel() {
  const system = useSystem(5_000);
  const now = useNow(1_000);
  const processes = system.data?.processes;
  return (
    <Panel title="Processes" flush>
      {system.isPending && <LoadingRows label="Loading the processes" rows={2} />}
      {system.isError && (
        <ErrorState
          what="The processes could not be read"
          detail={messageOf(system.error)}
          onRetry={() => void system.refetch()}
        />
      )}
      {processes?.length === 0 && (
        <EmptyState icon={<IconCpu size={22} stroke={1.6} />} title="No process has reported yet">
          Each reports its figures once a second.
        </EmptyState>
      )}
      {processes && processes.length > 0 && (
        <table className={table.table}>
          <thead>
            <tr>
              <th>Process</th>
              <th className={table.num}>Bets/s</th>
              <th className={table.num}>Bets</th>
              <th className={table.num}>Heard</th>
            </tr>
          </thead>
          <tbody>
            {processes.map((process) => {
              const quiet = now - Date.parse(process.last_seen) > QUIET_MS;
              return (
                <tr key={process.pod_id}>
                  <td className={table.break}>
                    <span className={table.strong}>{process.pod_id}</span>{" "}
                    {process.pod_id === system.data?.pod_id && <Tag>this one</Tag>}
                    {quiet && <Tag tone="wait">silent</Tag>}
                  </td>
                  <td className={table.num}>{formatRate(process.bets_per_second)}</td>
                  <td className={table.num}>{formatCount(process.total_bets)}</td>
                  <td className={`${table.num} ${table.muted}`}>
                    <Age at={process.last_seen} now={now} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
