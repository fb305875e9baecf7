import { ActionIcon } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";

/** One level up, on screens that show one pane at a time. */
export function Back({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <ActionIcon variant="subtle" color="gray" size="lg" onClick={onClick} aria-label={label} ml={-8}>
      <IconArrowLeft size={19} />
    </ActionIcon>
  );
}
