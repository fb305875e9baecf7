import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { errorsByPath } from "@/api/problem";
import type { Account } from "@/api/types";
import { Dialog } from "@/shared/ui/Dialog";
import { FormError } from "@/shared/ui/FormError";
import { notifyDone } from "@/shared/ui/notify";
import { useActionKey } from "@/shared/useActionKey";
import { useSaveAccount } from "./queries";

/** Creates an account, or changes the one given. Mounted only while it is open. */
export function AccountForm({
  account,
  onClose,
  onSaved,
}: {
  account: Account | null;
  onClose: () => void;
  onSaved?: (account: Account) => void;
}) {
  const save = useSaveAccount();
  const keyFor = useActionKey();
  const [failure, setFailure] = useState("");
  const form = useForm({
    initialValues: { name: account?.name ?? "", hostname: account?.hostname ?? "" },
    validate: {
      name: (name) => {
        const length = [...name.trim()].length;
        if (length === 0) return "Give the account a name.";
        return length > 200 ? `At most 200 characters; this has ${length}.` : null;
      },
    },
  });

  const submit = form.onSubmit((values) => {
    setFailure("");
    const body = { name: values.name.trim(), hostname: values.hostname.trim() };
    save.mutate(
      { values: body, known: account, key: keyFor(body) },
      {
        onSuccess: (saved) => {
          notifyDone(account ? `${saved.name} was saved.` : `${saved.name} was created.`);
          onSaved?.(saved);
          onClose();
        },
        onError: (error) => {
          const { "": rest, ...fields } = errorsByPath(error, (path) => path in body);
          form.setErrors(fields);
          setFailure(rest ?? "");
        },
      },
    );
  });

  return (
    <Dialog opened onClose={onClose} title={account ? "Edit account" : "New account"}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <TextInput
            label="Name"
            description="Unique among open accounts"
            required
            data-autofocus
            maxLength={400}
            {...form.getInputProps("name")}
          />
          <TextInput
            label="Host name"
            description="Where this account's bets are executed"
            placeholder="bookmaker.example"
            {...form.getInputProps("hostname")}
          />
          <FormError message={failure} />
          <Group justify="flex-end" gap="xs" mt="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              {account ? "Save" : "Create account"}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
