import { IconCircleCheck, IconCircleX, IconClockHour4 } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { formatCount, formatRate } from "@/shared/format";
import { Money } from "@/shared/money";
import type { Tone } from "@/shared/status";
import classes from "./Board.module.css";
import { differenceOf } from "./difference";
import { useStats } from "./queries";

/** The figures of the whole product, once a second. */
export function Board() {
  const stats = useStats();
  const difference = stats && differenceOf(stats.total_bets, stats.bets_table_row_count);
  return (
    <section className={classes.board} aria-label="Figures" data-waiting={!stats || undefined}>
      <Figure label="Total bets" large value={stats && formatCount(stats.total_bets)} />
      <Figure label="Bets per second" large value={stats && formatRate(stats.bets_per_second)} />
      <Figure label="Total value" large value={stats && <Money value={stats.total_value} />} />
      <Figure label="Odds updates" value={stats && formatCount(stats.total_odds)} />
      <Figure label="Stored rows" value={stats && formatCount(stats.bets_table_row_count)} />
      <Figure
        label="Stored against counted"
        step={difference?.step}
        tone={difference?.tone}
        value={difference && <WithIcon tone={difference.tone}>{difference.word}</WithIcon>}
        note={
          difference && difference.missing !== 0
            ? `${formatCount(Math.abs(difference.missing))} apart`
            : "of all bets"
        }
      />
      <Figure
        label="Waiting bets"
        value={stats && formatCount(stats.pending_bets)}
        note="published, not yet recorded"
      />
      <Failures label="Database failures" total={stats?.db_failures} rate={stats?.db_failures_per_second} />
      <Failures
        label="Redis failures"
        total={stats?.redis_failures}
        rate={stats?.redis_failures_per_second}
      />
    </section>
  );
}

function Failures({ label, total, rate }: { label: string; total?: number; rate?: number }) {
  const tone: Tone | undefined = rate ? "fail" : undefined;
  return (
    <Figure
      label={label}
      tone={tone}
      value={total !== undefined && <WithIcon tone={tone}>{formatCount(total)}</WithIcon>}
      note={rate === undefined ? undefined : `${formatRate(rate)} per second`}
    />
  );
}

function Figure({
  label,
  value,
  note,
  tone,
  step,
  large,
}: {
  label: string;
  value: ReactNode;
  note?: ReactNode;
  tone?: Tone;
  step?: number;
  large?: boolean;
}) {
  return (
    <div className={classes.figure} data-large={large || undefined} data-step={step}>
      <div className={classes.label}>{label}</div>
      <div className={classes.value} data-tone={tone}>
        {value || <span className={classes.none}>–</span>}
      </div>
      {note && <div className={classes.note}>{note}</div>}
    </div>
  );
}

const ICON: Partial<Record<Tone, typeof IconCircleCheck>> = {
  ok: IconCircleCheck,
  wait: IconClockHour4,
  fail: IconCircleX,
};

function WithIcon({ tone, children }: { tone?: Tone; children: ReactNode }) {
  const Icon = tone && ICON[tone];
  return (
    <>
      {Icon && <Icon size={18} stroke={2} aria-hidden />}
      {children}
    </>
  );
}
