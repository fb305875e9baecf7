import { Button, CloseButton } from "@mantine/core";
import { plural } from "@/shared/format";
import { STATUS, type Status } from "@/shared/status";
import classes from "./BulkBar.module.css";

const ORDER: readonly Status[] = ["successful", "failed", "pending"];

/** What can be done with the selected bets; not there when none is. */
export function BulkBar({
  count,
  onChange,
  onClear,
}: {
  count: number;
  onChange: (status: Status) => void;
  onClear: () => void;
}) {
  if (count === 0) return null;
  return (
    <section className={classes.bar} aria-label="Selected bets">
      <span className={classes.count}>{plural(count, "bet")} selected</span>
      <div className={classes.actions}>
        {ORDER.map((status) => {
          const { word, icon: Icon } = STATUS[status];
          return (
            <Button
              key={status}
              size="xs"
              variant="default"
              leftSection={<Icon size={15} />}
              onClick={() => onChange(status)}
              aria-label={`Mark ${plural(count, "bet")} ${word.toLowerCase()}`}
            >
              {word}
            </Button>
          );
        })}
      </div>
      <CloseButton size="sm" className={classes.close} aria-label="Clear the selection" onClick={onClear} />
    </section>
  );
}
