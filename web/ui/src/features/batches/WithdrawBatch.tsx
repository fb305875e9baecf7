import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import type { Batch } from "@/api/types";
import { ActionButton } from "@/shared/ui/ActionButton";
import { Dialog } from "@/shared/ui/Dialog";
import { FormError } from "@/shared/ui/FormError";
import { notifyDone } from "@/shared/ui/notify";
import { useActionKey } from "@/shared/useActionKey";
import { titleOf } from "./describe";
import { useWithdrawBatch } from "./queries";

/** Asks for the reason and takes the batch back. Mounted only while it is open. */
export function WithdrawBatch({
  batch,
  onClose,
  onDone,
}: {
  batch: Batch;
  onClose: () => void;
  onDone: () => void;
}) {
  const withdraw = useWithdrawBatch();
  const keyFor = useActionKey();
  const [reason, setReason] = useState("");
  const given = reason.trim();
  const confirm = () =>
    withdraw.mutate(
      { batch, reason: given, key: keyFor([batch.id, given]) },
      {
        onSuccess: () => {
          notifyDone(`Batch #${batch.id} was withdrawn.`);
          onDone();
          onClose();
        },
      },
    );
  return (
    <Dialog opened onClose={onClose} title={`Withdraw batch #${batch.id}?`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (given) confirm();
        }}
      >
        <Stack gap="sm">
          <Text size="sm">
            {titleOf(batch)} is taken back as a whole: none of its bets count, and nothing changes in it
            afterwards.
          </Text>
          <TextInput
            label="Reason"
            description="Kept with the event"
            required
            data-autofocus
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <FormError message={withdraw.error ? messageOf(withdraw.error) : ""} />
          <Group justify="flex-end" gap="xs" mt="xs">
            <Button variant="default" onClick={onClose}>
              Keep it open
            </Button>
            <ActionButton
              type="submit"
              color="red.8"
              reason={given ? null : "Give a reason first: it is kept with the event."}
              loading={withdraw.isPending}
            >
              Withdraw batch
            </ActionButton>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
