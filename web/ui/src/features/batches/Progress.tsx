import { STATUS, type Status } from "@/shared/status";
import classes from "./Progress.module.css";

const ORDER: readonly Status[] = ["successful", "failed", "pending"];

/** A thin bar of the shares of each status. The words beside it say the same. */
export function Progress({ counts }: { counts: Record<Status, number> }) {
  return (
    <span className={classes.bar} aria-hidden>
      {ORDER.filter((status) => counts[status] > 0).map((status) => (
        <span key={status} data-tone={STATUS[status].tone} style={{ flexGrow: counts[status] }} />
      ))}
    </span>
  );
}
