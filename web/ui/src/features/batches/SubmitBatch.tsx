import { Button, Group, Text } from "@mantine/core";
import type { Batch } from "@/api/types";
import { plural } from "@/shared/format";
import { countByStatus } from "@/shared/status";
import { Dialog } from "@/shared/ui/Dialog";

/** Asks before a batch with pending bets is submitted; they could not be changed afterwards. */
export function SubmitBatch({
  batch,
  onClose,
  onConfirm,
}: {
  batch: Batch;
  onClose: () => void;
  onConfirm: () => void;
}) {
  const { pending } = countByStatus(batch.bets);
  return (
    <Dialog opened onClose={onClose} title={`Submit batch #${batch.id}?`}>
      <Text size="sm">
        {plural(pending, "bet")} {pending === 1 ? "is" : "are"} still pending. Once the batch is submitted, no
        status in it can be changed.
      </Text>
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose}>
          Go back
        </Button>
        <Button data-autofocus onClick={onConfirm}>
          Submit anyway
        </Button>
      </Group>
    </Dialog>
  );
}
