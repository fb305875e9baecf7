import "@mantine/core/styles/Combobox.css";
import { ActionIcon, Autocomplete, Button, Group, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMediaQuery } from "@mantine/hooks";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { newKey } from "@/api/client";
import { errorsByPath } from "@/api/problem";
import type { Account, Batch } from "@/api/types";
import { plural } from "@/shared/format";
import { useCurrency } from "@/shared/money";
import { BET_TYPES, GRAMMAR, hasGrammar } from "@/shared/selection";
import { Dialog } from "@/shared/ui/Dialog";
import { FormError } from "@/shared/ui/FormError";
import { notifyDone } from "@/shared/ui/notify";
import { useActionKey } from "@/shared/useActionKey";
import classes from "./NewBatch.module.css";
import { type BatchForm, type BetForm, formErrors, toNewBatch } from "./newBatch";
import { useCreateBatch } from "./queries";

/** Enough for a dialog; longer lists come over the API. */
const MAX_ROWS = 200;

/** Creates a batch with its bets. Mounted only while it is open. */
export function NewBatch({
  account,
  onClose,
  onCreated,
}: {
  account: Account;
  onClose: () => void;
  onCreated: (batch: Batch) => void;
}) {
  const currency = useCurrency();
  const create = useCreateBatch(account.id);
  const keyFor = useActionKey();
  const narrow = useMediaQuery("(max-width: 640px)");
  const [failure, setFailure] = useState("");
  const form = useForm<BatchForm>({
    initialValues: { meta: { bet_type: "WIN", race_id: "" }, bets: [emptyBet(undefined)] },
    validate: (values) => formErrors(values, currency.decimals),
  });
  const { bet_type: betType } = form.values.meta;
  const hint = hasGrammar(betType)
    ? `${betType} takes ${GRAMMAR[betType].hint}`
    : "This type takes any selection";

  const submit = form.onSubmit((values) => {
    setFailure("");
    const body = toNewBatch(values);
    create.mutate(
      { body, key: keyFor(body) },
      {
        onSuccess: (batch) => {
          notifyDone(`Batch #${batch.id} was created with ${plural(batch.bets.length, "bet")}.`);
          onCreated(batch);
          onClose();
        },
        onError: (error) => {
          const { "": rest, ...fields } = errorsByPath(error, isField);
          form.setErrors(fields);
          setFailure(rest ?? "");
        },
      },
    );
  });

  return (
    <Dialog opened onClose={onClose} title={`New batch for ${account.name}`} size="lg" fullScreen={narrow}>
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Group grow align="flex-start">
            <Autocomplete
              label="Bet type"
              data={BET_TYPES}
              required
              data-autofocus
              {...form.getInputProps("meta.bet_type")}
            />
            <TextInput
              label="Race"
              inputMode="numeric"
              placeholder="5"
              {...form.getInputProps("meta.race_id")}
            />
          </Group>
          <fieldset className={classes.bets}>
            <legend className={classes.legend}>Bets</legend>
            <p className={classes.hint}>{hint}. Text from ** on is a comment.</p>
            {form.values.bets.map((bet, index) => (
              <div className={classes.bet} key={bet.row}>
                <span className={classes.number}>{index + 1}</span>
                <TextInput
                  label="Selection"
                  placeholder={hasGrammar(betType) ? "1/2/3".slice(0, GRAMMAR[betType].legs * 2 - 1) : "home"}
                  autoComplete="off"
                  {...form.getInputProps(`bets.${index}.selection`)}
                />
                <TextInput
                  label="Stake"
                  inputMode="decimal"
                  autoComplete="off"
                  {...form.getInputProps(`bets.${index}.stake`)}
                />
                <TextInput
                  label="Cost"
                  inputMode="decimal"
                  autoComplete="off"
                  {...form.getInputProps(`bets.${index}.cost`)}
                />
                {form.values.bets.length > 1 && (
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    size="lg"
                    className={classes.remove}
                    aria-label={`Remove bet ${index + 1}`}
                    onClick={() => form.removeListItem("bets", index)}
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
                )}
              </div>
            ))}
            <Button
              variant="default"
              size="xs"
              leftSection={<IconPlus size={14} />}
              disabled={form.values.bets.length >= MAX_ROWS}
              onClick={() => form.insertListItem("bets", emptyBet(form.values.bets.at(-1)))}
            >
              Add a bet
            </Button>
          </fieldset>
          <FormError message={failure} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create batch
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

/** A further bet starts with the amounts of the one before it. */
function emptyBet(before: BetForm | undefined): BetForm {
  return { row: newKey(), selection: "", stake: before?.stake ?? "", cost: before?.cost ?? "" };
}

function isField(path: string): boolean {
  return /^(meta\.(bet_type|race_id)|bets\.\d+\.(selection|stake|cost))$/.test(path);
}
