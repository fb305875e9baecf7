import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import type { LiveFeed } from "./feed";
import type { ConnectionState } from "./machine";

const FeedContext = createContext<LiveFeed | null>(null);

/** Keeps the tab's live connection open while it is mounted. */
export function LiveProvider({ feed, children }: { feed: LiveFeed; children: ReactNode }) {
  useEffect(() => {
    const { connection } = feed;
    const online = () => connection.retryNow();
    const offline = () => connection.networkLost();
    connection.start();
    window.addEventListener("online", online);
    window.addEventListener("offline", offline);
    return () => {
      window.removeEventListener("online", online);
      window.removeEventListener("offline", offline);
      connection.stop();
    };
  }, [feed]);
  return <FeedContext value={feed}>{children}</FeedContext>;
}

/** The live feed of this tab. */
export function useFeed(): LiveFeed {
  const feed = useContext(FeedContext);
  if (!feed) throw new Error("useFeed needs a LiveProvider above it");
  return feed;
}

/** How the live connection is, and a way to try again at once. */
export function useConnection(): ConnectionState & { retryNow: () => void } {
  const { connection } = useFeed();
  const state = useSyncExternalStore(connection.subscribe, connection.current);
  return { ...state, retryNow: () => connection.retryNow() };
}

/** The page's clock, read again every so often. */
export function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
