import { lazyNamed } from "@/shared/lazyNamed";

// Dialogs are loaded when they are first opened: the desk itself is there sooner.
export const AccountForm = lazyNamed(
  async () => (await import("@/features/accounts/AccountForm")).AccountForm,
);
export const DeleteAccount = lazyNamed(
  async () => (await import("@/features/accounts/DeleteAccount")).DeleteAccount,
);
export const NewBatch = lazyNamed(async () => (await import("@/features/batches/NewBatch")).NewBatch);
export const SubmitBatch = lazyNamed(
  async () => (await import("@/features/batches/SubmitBatch")).SubmitBatch,
);
export const WithdrawBatch = lazyNamed(
  async () => (await import("@/features/batches/WithdrawBatch")).WithdrawBatch,
);
