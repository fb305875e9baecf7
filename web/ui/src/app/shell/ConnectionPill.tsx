import { Tooltip } from "@mantine/core";
import { useConnection, useNow } from "@/live/context";
import type { Phase } from "@/live/machine";
import { formatTime } from "@/shared/format";
import { useZone } from "@/shared/preferences";
import type { Tone } from "@/shared/status";
import classes from "./ConnectionPill.module.css";

const LOOK: Record<Phase, { word: string; tone: Tone; meaning: string }> = {
  connecting: { word: "Connecting", tone: "wait", meaning: "The live connection is being opened." },
  live: { word: "Live", tone: "ok", meaning: "Every change is shown as it happens." },
  reconnecting: {
    word: "Reconnecting",
    tone: "wait",
    meaning: "The connection was lost. It goes on where it ended, with nothing missed.",
  },
  stale: {
    word: "Stale",
    tone: "wait",
    meaning: "Nothing was heard for 20 seconds: what is shown may be old.",
  },
  offline: { word: "Offline", tone: "fail", meaning: "The server cannot be reached: what is shown is old." },
};

/** How the live connection is, and of when the data on the page is. */
export function ConnectionPill() {
  const { phase, heardAt } = useConnection();
  const [zone] = useZone();
  useNow(1_000);
  const { word, tone, meaning } = LOOK[phase];
  const asOf = heardAt === null ? null : formatTime(heardAt, zone);
  return (
    <Tooltip label={meaning} multiline maw={260} events={{ hover: true, focus: true, touch: true }}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its tooltip explains the state to the keyboard too */}
      <div className={classes.pill} data-tone={tone} data-phase={phase} data-testid="connection" tabIndex={0}>
        <span className={classes.dot} aria-hidden />
        <span role="status" className={classes.word}>
          {word}
        </span>
        {asOf && (
          <span className={classes.asOf}>
            <span className={classes.label}>data as of </span>
            <time className="num">{asOf}</time>
            {zone === "utc" && " UTC"}
          </span>
        )}
      </div>
    </Tooltip>
  );
}
