import { Button, Skeleton } from "@mantine/core";
import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./states.module.css";

/** Nothing to show: says why, and what to do. */
export function EmptyState({
  icon,
  title,
  children,
  actions,
}: {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className={classes.state}>
      {icon && <div className={classes.icon}>{icon}</div>}
      <p className={classes.title}>{title}</p>
      {children && <div className={classes.text}>{children}</div>}
      {actions && <div className={classes.actions}>{actions}</div>}
    </div>
  );
}

/** Something could not be read: says what, and offers another try. */
export function ErrorState({
  what,
  detail,
  onRetry,
}: {
  what: string;
  detail: string;
  onRetry?: () => void;
}) {
  return (
    <div className={classes.state} role="alert">
      <div className={classes.icon} data-tone="fail">
        <IconAlertTriangle size={22} stroke={1.6} />
      </div>
      <p className={classes.title}>{what}</p>
      <div className={classes.text}>{detail}</div>
      {onRetry && (
        <div className={classes.actions}>
          <Button variant="default" size="xs" leftSection={<IconRefresh size={14} />} onClick={onRetry}>
            Try again
          </Button>
        </div>
      )}
    </div>
  );
}

/** Rows on their way. */
export function LoadingRows({
  rows = 5,
  height = 18,
  label,
}: {
  rows?: number;
  height?: number;
  label: string;
}) {
  return (
    <div className={classes.loading} role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike
        <Skeleton key={row} height={height} radius="sm" width={`${96 - ((row * 17) % 34)}%`} />
      ))}
    </div>
  );
}
