import classes from "./Brand.module.css";

/** The product's mark and name. */
export function Brand({ compact = false }: { compact?: boolean }) {
  return (
    <span className={classes.brand}>
      <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden>
        <title>BetStream</title>
        <rect width="32" height="32" rx="8" className={classes.tile} />
        <path d="M7 11.5h10a4 4 0 0 1 0 8H7" className={classes.stroke} />
        <path d="M7 15.5h18M15 24h8" className={classes.stream} />
      </svg>
      {!compact && <span className={classes.name}>BetStream</span>}
    </span>
  );
}
