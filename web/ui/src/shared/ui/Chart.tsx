import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Zone } from "@/shared/format";
import classes from "./Chart.module.css";

const HEIGHT = 210;

/** One line over time. Made once; new data is handed to the same chart. */
export function Chart({
  label,
  seconds,
  values,
  zone,
  colour,
  name,
  format,
}: {
  /** What a person who cannot see the line is told. */
  label: string;
  seconds: readonly number[];
  values: readonly number[];
  zone: Zone;
  /** A CSS variable of the theme, such as `--accent`. */
  colour: string;
  /** What the values are, beside the one pointed at. */
  name: string;
  format: (value: number) => string;
}) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const scheme = useComputedColorScheme("light");
  const latest = useRef({ seconds, values });
  latest.current = { seconds, values };

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read anew when the scheme changes
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const plot = new uPlot(options(element, zone, colour, name, format), dataOf(latest.current), element);
    chart.current = plot;
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      chart.current = null;
    };
  }, [scheme, zone, colour, name, format]);

  useEffect(() => {
    chart.current?.setData(dataOf({ seconds, values }));
  }, [seconds, values]);

  return (
    <div ref={place} className={classes.chart} role="img" aria-label={label} style={{ height: HEIGHT }} />
  );
}

function dataOf(rows: { seconds: readonly number[]; values: readonly number[] }): uPlot.AlignedData {
  return [[...rows.seconds], [...rows.values]];
}

function options(
  element: HTMLElement,
  zone: Zone,
  colour: string,
  name: string,
  format: (value: number) => string,
): uPlot.Options {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(name).trim();
  const line = read(colour);
  const font = `11.5px ${style.fontFamily}`;
  const axis = {
    stroke: read("--muted"),
    font,
    grid: { stroke: read("--line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth || 400,
    height: HEIGHT,
    padding: [12, 8, 0, 0],
    tzDate: (second) =>
      zone === "utc" ? uPlot.tzDate(new Date(second * 1e3), "Etc/UTC") : new Date(second * 1e3),
    legend: { show: true, live: true, markers: { show: false } },
    hooks: {
      setCursor: [(plot) => element.toggleAttribute("data-pointed", typeof plot.cursor.idx === "number")],
    },
    cursor: { y: false, points: { size: 7, fill: line } },
    scales: { y: { range: (_, __, max) => [0, Math.max(max * 1.12, 1)] } },
    series: [
      { label: "At", value: "{HH}:{mm}:{ss}" },
      {
        label: name,
        stroke: line,
        width: 1.75,
        fill: (plot) => fade(plot, line),
        points: { show: false },
        value: (_, value) => (value === null ? "–" : format(value)),
      },
    ],
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 64,
        size: 30,
        values: "{HH}:{mm}:{ss}" as unknown as uPlot.Axis.Values,
      },
      { ...axis, size: 58, space: 42, values: (_, ticks) => ticks.map((tick) => format(tick)) },
    ],
  };
}

function fade(plot: uPlot, line: string): CanvasGradient | string {
  const { top, height } = plot.bbox;
  if (!Number.isFinite(top + height) || height === 0) return "transparent";
  const gradient = plot.ctx.createLinearGradient(0, top, 0, top + height);
  gradient.addColorStop(0, `${line}3d`);
  gradient.addColorStop(1, `${line}05`);
  return gradient;
}
