import { useEffect } from "react";

/** Sets the page's title: `Live · BetStream`. */
export function useTitle(...parts: (string | undefined | false)[]): void {
  const title = [...parts.filter(Boolean), "BetStream"].join(" · ");
  useEffect(() => {
    document.title = title;
  }, [title]);
}
