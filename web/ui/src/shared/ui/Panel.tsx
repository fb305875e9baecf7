import type { ReactNode } from "react";
import classes from "./Panel.module.css";

/** A titled part of a page. */
export function Panel({
  title,
  note,
  actions,
  children,
  flush = false,
}: {
  title: string;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** Content goes to the edges: for tables. */
  flush?: boolean;
}) {
  return (
    <section className={classes.panel} aria-label={title}>
      <header className={classes.head}>
        <h2 className={classes.title}>{title}</h2>
        {note && <span className={classes.note}>{note}</span>}
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  );
}
