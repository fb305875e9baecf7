import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, type RefObject, useEffect } from "react";

/** The rows in view of a long table, with the room of the others kept. */
export function LongRows({
  count,
  place,
  scroller,
  row,
}: {
  count: number;
  /** The row to keep in view, or -1. */
  place: number;
  scroller: RefObject<HTMLElement | null>;
  row: (index: number, measure: (element: HTMLElement | null) => void) => ReactNode;
}) {
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => 45,
    overscan: 12,
  });
  useEffect(() => {
    if (place >= 0) rows.scrollToIndex(place, { align: "auto" });
  }, [place, rows]);
  const items = rows.getVirtualItems();
  const before = items[0]?.start ?? 0;
  const after = rows.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <>
      {before > 0 && <tr aria-hidden style={{ height: before }} />}
      {items.map((item) => row(item.index, rows.measureElement))}
      {after > 0 && <tr aria-hidden style={{ height: after }} />}
    </>
  );
}
