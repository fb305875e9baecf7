import { UnstyledButton } from "@mantine/core";
import { STATUS, STATUSES, type Status } from "@/shared/status";
import classes from "./StatusControl.module.css";

/** The three statuses of a bet: the current one is filled, the others can be chosen. */
export function StatusControl({
  label,
  status,
  busy,
  onChange,
}: {
  label: string;
  status: Status;
  busy: boolean;
  onChange: (status: Status) => void;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset in every row would be read out at every step
    <div className={classes.group} role="group" aria-label={label} data-busy={busy || undefined}>
      {STATUSES.map((each) => {
        const { word, tone, icon: Icon } = STATUS[each];
        const current = each === status;
        return (
          <UnstyledButton
            key={each}
            className={classes.choice}
            data-tone={tone}
            aria-pressed={current}
            onClick={() => !current && onChange(each)}
          >
            <Icon size={15} stroke={current ? 2.2 : 1.8} />
            {word}
          </UnstyledButton>
        );
      })}
    </div>
  );
}
