import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

/** The sticky head of the table. */
const HEAD_PX = 40;
/** The bar of what can be done with the selected rows. */
const BAR_PX = 80;

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
  const top = useRef<HTMLTableRowElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => {
    // What stands above the rows moves with them: a notice comes and goes, the header wraps.
    if (top.current && scroller.current) setMargin(distance(scroller.current, top.current));
  });
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => 45,
    overscan: 12,
    scrollMargin: margin,
    scrollPaddingStart: HEAD_PX,
    scrollPaddingEnd: BAR_PX,
  });
  useEffect(() => {
    if (place >= 0) rows.scrollToIndex(place, { align: "auto" });
  }, [place, rows]);
  const items = rows.getVirtualItems();
  const before = Math.max(0, (items[0]?.start ?? margin) - margin);
  const after = Math.max(0, rows.getTotalSize() - ((items.at(-1)?.end ?? margin) - margin));
  return (
    <>
      <tr ref={top} aria-hidden style={{ height: before }} />
      {items.map((item) => row(item.index, rows.measureElement))}
      {after > 0 && <tr aria-hidden style={{ height: after }} />}
    </>
  );
}

/** Where a row starts within everything that scrolls. */
function distance(scroller: HTMLElement, row: HTMLElement): number {
  const from = scroller.getBoundingClientRect().top - scroller.scrollTop;
  return Math.round(row.getBoundingClientRect().top - from);
}
