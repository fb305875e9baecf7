import { IconChevronRight } from "@tabler/icons-react";
import { messageOf } from "@/api/problem";
import type { DeadLetter } from "@/api/types";
import { plural } from "@/shared/format";
import { Moment } from "@/shared/ui/Time";
import classes from "./DeadLetters.module.css";
import { useDeadLetters } from "./queries";

/** The newest dead letters, each with its reason, its state and its text; nothing while there is none. */
export function DeadLetters() {
  const letters = useDeadLetters();
  if (letters.isError) {
    return <p className={classes.note}>The dead letters could not be read: {messageOf(letters.error)}</p>;
  }
  if (!letters.data || letters.data.length === 0) return null;
  return (
    <section className={classes.letters} aria-label="Dead letters">
      <h3 className={classes.title}>{plural(letters.data.length, "newest dead letter")}</h3>
      {letters.data.map((letter) => (
        <Letter key={letter.id} letter={letter} />
      ))}
    </section>
  );
}

function Letter({ letter }: { letter: DeadLetter }) {
  return (
    <details className={classes.letter}>
      <summary>
        <IconChevronRight size={15} aria-hidden />
        <span className={classes.reason}>{letter.reason}</span>
        {letter.state !== "waiting" && <span>{letter.state}</span>}
        <span className={classes.when}>
          <Moment at={letter.received_at} />
        </span>
      </summary>
      <div className={classes.body}>
        {letter.detail && <p className={classes.detail}>{letter.detail}</p>}
        <p className={classes.origin}>
          {letter.subject || "no subject"}
          {letter.sequence !== null && letter.sequence !== undefined && `, message ${letter.sequence}`}
        </p>
        <pre className={classes.text}>{letter.text || "(no bytes)"}</pre>
        <a
          className={classes.copy}
          href={`/api/v1/dead-letters/${letter.id}`}
          target="_blank"
          rel="noreferrer"
        >
          All of it: {plural(letter.kept_bytes, "byte")}, and what happened since
        </a>
      </div>
    </details>
  );
}
