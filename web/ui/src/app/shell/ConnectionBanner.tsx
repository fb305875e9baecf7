import { Button } from "@mantine/core";
import { IconPlugConnectedX } from "@tabler/icons-react";
import { useConnection, useNow } from "@/live/context";
import { plural } from "@/shared/format";
import classes from "./ConnectionBanner.module.css";

/** Across the page when the server cannot be reached: since when, when the next try is, and one at once. */
export function ConnectionBanner() {
  const { phase, attempts, retryAt, retryNow } = useConnection();
  const now = useNow(1_000);
  if (phase !== "offline") return null;
  const seconds = retryAt === null ? null : Math.max(0, Math.ceil((retryAt - now) / 1_000));
  return (
    <div className={classes.banner} role="alert">
      <IconPlugConnectedX size={18} />
      <span className={classes.text}>
        {attempts > 0
          ? `The server did not answer ${plural(attempts, "attempt")}. What is shown may be old; changes may fail.`
          : "This device has no network. What is shown may be old; changes will fail."}
        {seconds !== null && <span className="num"> Next try in {seconds} s.</span>}
      </span>
      <Button size="xs" variant="white" color="dark" onClick={retryNow}>
        Reconnect now
      </Button>
    </div>
  );
}
