import { IconShieldCheck } from "@tabler/icons-react";
import { messageOf } from "@/api/problem";
import { useNow } from "@/live/context";
import { formatCount } from "@/shared/format";
import { Panel } from "@/shared/ui/Panel";
import { Tag } from "@/shared/ui/StatusBadge";
import { EmptyState, ErrorState, LoadingRows } from "@/shared/ui/states";
import { Age } from "@/shared/ui/Time";
import table from "@/shared/ui/table.module.css";
import { DeadLetters } from "./DeadLetters";
import { useFailures } from "./queries";

/** Failures by cause, and the dead letters themselves. */
export function FailuresPanel() {
  const failures = useFailures();
  const now = useNow(5_000);
  return (
    <Panel title="Failures by cause" flush>
      {failures.isPending && <LoadingRows label="Loading the failures" rows={3} />}
      {failures.isError && (
        <ErrorState
          what="The failures could not be read"
          detail={messageOf(failures.error)}
          onRetry={() => void failures.refetch()}
        />
      )}
      {failures.data?.length === 0 && (
        <EmptyState icon={<IconShieldCheck size={22} stroke={1.6} />} title="Nothing has failed">
          Bets that a rule refuses and messages that cannot be read are listed here by their cause.
        </EmptyState>
      )}
      {failures.data && failures.data.length > 0 && (
        <table className={table.table}>
          <thead>
            <tr>
              <th>Kind</th>
              <th>Cause</th>
              <th className={table.num}>Count</th>
              <th className={table.num}>Last</th>
            </tr>
          </thead>
          <tbody>
            {failures.data.map((group) => (
              <tr key={`${group.kind} ${group.cause}`}>
                <td>
                  <Tag tone={group.kind === "refused" ? "wait" : "fail"}>
                    {group.kind === "refused" ? "Refused" : "Dead letter"}
                  </Tag>
                </td>
                <td className={table.break}>{group.cause}</td>
                <td className={`${table.num} ${table.strong}`}>{formatCount(group.count)}</td>
                <td className={`${table.num} ${table.muted}`}>
                  {group.last_at ? <Age at={group.last_at} now={now} /> : "–"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <DeadLetters />
    </Panel>
  );
}
