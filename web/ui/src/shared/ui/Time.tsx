import { formatAge, formatDateTime } from "@/shared/format";
import { useZone } from "@/shared/preferences";

/** A moment, as date and time in the chosen zone. */
export function Moment({ at }: { at: string }) {
  const [zone] = useZone();
  return (
    <time className="num" dateTime={at}>
      {formatDateTime(at, zone)}
    </time>
  );
}

/** How long ago something was, with the moment itself on hover. */
export function Age({ at, now, suffix = true }: { at: string; now: number; suffix?: boolean }) {
  const [zone] = useZone();
  const age = formatAge(now - Date.parse(at));
  return (
    <time className="num" dateTime={at} title={formatDateTime(at, zone)}>
      {age === "now" || !suffix ? age : `${age} ago`}
    </time>
  );
}
