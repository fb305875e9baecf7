import { IconAlertTriangle } from "@tabler/icons-react";
import classes from "./FormError.module.css";

/** What went wrong with a whole form; nothing while all is well. */
export function FormError({ message }: { message: string }) {
  if (!message) return null;
  return (
    <div className={classes.error} role="alert">
      <IconAlertTriangle size={16} stroke={1.8} />
      <span>{message}</span>
    </div>
  );
}
