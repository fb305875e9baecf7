import { type ReactNode, Suspense, useMemo } from "react";
import { messageOf } from "@/api/problem";
import { useSession } from "@/features/session/queries";
import { useSystem } from "@/features/system/queries";
import { LiveProvider } from "@/live/context";
import type { LiveFeed } from "@/live/feed";
import { lazyNamed } from "@/shared/lazyNamed";
import { CurrencyContext } from "@/shared/money";
import { ErrorState, LoadingRows } from "@/shared/ui/states";

const SignInPage = lazyNamed(async () => (await import("@/features/session/SignInPage")).SignInPage);

/** Lets nobody in who is not signed in, where the server asks for that. */
export function Gate({ feed, children }: { feed: LiveFeed; children: ReactNode }) {
  const session = useSession();
  if (session.data) {
    return (
      <LiveProvider feed={feed}>
        <WithCurrency>{children}</WithCurrency>
      </LiveProvider>
    );
  }
  if (session.data === null)
    return (
      <Suspense>
        <SignInPage />
      </Suspense>
    );
  if (session.isError) {
    return (
      <ErrorState
        what="The console cannot reach its server"
        detail={`${messageOf(session.error)} Check that it runs, then try again.`}
        onRetry={() => void session.refetch()}
      />
    );
  }
  return <LoadingRows label="Loading the console" rows={3} />;
}

function WithCurrency({ children }: { children: ReactNode }) {
  const { data } = useSystem();
  const code = data?.currency ?? "";
  const decimals = data?.currency_decimals ?? 2;
  const currency = useMemo(() => ({ code, decimals }), [code, decimals]);
  return <CurrencyContext value={currency}>{children}</CurrencyContext>;
}
