import { Button, type ButtonProps, Kbd, Tooltip } from "@mantine/core";
import type { MouseEvent, ReactNode } from "react";

export interface ActionButtonProps extends ButtonProps {
  /** Why the action cannot be taken now; the button stays focusable and says so. */
  reason?: string | null | false;
  /** The key that does the same. */
  shortcut?: string;
  onClick?: (event: MouseEvent<HTMLButtonElement>) => void;
  children: ReactNode;
  type?: "button" | "submit";
}

/** A button that, when it is disabled, says why. */
export function ActionButton({ reason, shortcut, onClick, children, ...rest }: ActionButtonProps) {
  const blocked = Boolean(reason);
  const button = (
    <Button
      {...rest}
      data-disabled={blocked || undefined}
      aria-disabled={blocked || undefined}
      aria-keyshortcuts={shortcut}
      title={undefined}
      onClick={blocked ? (event: MouseEvent) => event.preventDefault() : onClick}
      rightSection={
        shortcut ? (
          <Kbd size="xs" className="button-key" aria-hidden>
            {shortcut}
          </Kbd>
        ) : (
          rest.rightSection
        )
      }
    >
      {children}
    </Button>
  );
  return (
    <Tooltip
      label={reason || ""}
      disabled={!blocked}
      multiline
      maw={280}
      events={{ hover: true, focus: true, touch: true }}
    >
      {button}
    </Tooltip>
  );
}
