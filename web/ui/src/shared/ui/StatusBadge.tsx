import { STATUS, type Status, type Tone } from "@/shared/status";
import classes from "./StatusBadge.module.css";

/** A status in colour, icon and word. */
export function StatusBadge({ status }: { status: Status }) {
  const { word, tone, icon: Icon } = STATUS[status];
  return (
    <span className={classes.badge} data-tone={tone}>
      <Icon size={14} stroke={2} />
      {word}
    </span>
  );
}

/** A short word in a tone's colour. */
export function Tag({ tone = "quiet", children }: { tone?: Tone; children: React.ReactNode }) {
  return (
    <span className={classes.badge} data-tone={tone}>
      {children}
    </span>
  );
}
