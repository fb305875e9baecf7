import { messageOf } from "@/api/problem";
import type { Outcomes } from "@/api/types";
import { formatCount } from "@/shared/format";
import type { Tone } from "@/shared/status";
import { Panel } from "@/shared/ui/Panel";
import { ErrorState, LoadingRows } from "@/shared/ui/states";
import classes from "./OutcomesPanel.module.css";
import { useOutcomes } from "./queries";

const ROWS: { field: keyof Outcomes; label: string; meaning: string; tone?: Tone }[] = [
  { field: "received", label: "Received", meaning: "messages taken from the stream" },
  { field: "recorded", label: "Recorded", meaning: "bets now in the log" },
  { field: "already_recorded", label: "Already recorded", meaning: "the same bet again, counted once" },
  { field: "refused", label: "Refused", meaning: "against a rule; recorded as such", tone: "wait" },
  { field: "dead_letters", label: "Dead letters", meaning: "could not be read; bytes kept", tone: "fail" },
  {
    field: "lost_by_broker",
    label: "Lost by the broker",
    meaning: "dropped before we saw them",
    tone: "fail",
  },
];

/** What became of each message of the stream. */
export function OutcomesPanel() {
  const outcomes = useOutcomes();
  return (
    <Panel
      title="What became of the stream"
      note={outcomes.data?.received === 0 && "no message yet; HTTP answers each bet itself"}
    >
      {outcomes.isPending && <LoadingRows label="Loading the outcomes" rows={4} />}
      {outcomes.isError && (
        <ErrorState
          what="The outcomes could not be read"
          detail={messageOf(outcomes.error)}
          onRetry={() => void outcomes.refetch()}
        />
      )}
      {outcomes.data && (
        <dl className={classes.list}>
          {ROWS.map(({ field, label, meaning, tone }) => (
            <div key={field} className={classes.row}>
              <dt>
                {label}
                <span className={classes.meaning}>{meaning}</span>
              </dt>
              <dd data-tone={outcomes.data[field] > 0 ? tone : undefined}>
                {formatCount(outcomes.data[field])}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Panel>
  );
}
