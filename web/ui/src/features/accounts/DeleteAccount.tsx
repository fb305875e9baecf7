import { Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import type { Account } from "@/api/types";
import { Dialog } from "@/shared/ui/Dialog";
import { FormError } from "@/shared/ui/FormError";
import { notifyDone } from "@/shared/ui/notify";
import { useDeleteAccount } from "./queries";

/** Asks before an account is closed, and closes it. Mounted only while it is open. */
export function DeleteAccount({
  account,
  onClose,
  onDeleted,
}: {
  account: Account;
  onClose: () => void;
  onDeleted: () => void;
}) {
  const remove = useDeleteAccount();
  const [reason, setReason] = useState("");
  const confirm = () =>
    remove.mutate(
      { account, reason: reason.trim() },
      {
        onSuccess: () => {
          notifyDone(`${account.name} was deleted.`);
          onDeleted();
          onClose();
        },
      },
    );
  return (
    <Dialog opened onClose={onClose} title={`Delete ${account.name}?`}>
      <Stack gap="sm">
        <Text size="sm">
          The account and its batches leave every list, and its open batches are withdrawn. What happened
          stays in the log; the name becomes free again.
        </Text>
        <TextInput
          label="Reason"
          description="Optional; kept with the event"
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <FormError message={remove.error ? messageOf(remove.error) : ""} />
        <Group justify="flex-end" gap="xs" mt="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep it
          </Button>
          <Button color="red.8" onClick={confirm} loading={remove.isPending}>
            Delete account
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
