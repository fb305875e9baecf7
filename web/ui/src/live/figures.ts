import type { MarketSummary, StatsFigures, StatsSeries } from "@/api/types";

/** Seconds of history that the charts keep. */
export const SERIES_SECONDS = 900;

/** The newer of two sets of figures. */
export function reduceStats(known: StatsFigures | undefined, next: StatsFigures): StatsFigures {
  return known && Date.parse(known.at) > Date.parse(next.at) ? known : next;
}

/**
 * The series with the second that the figures speak of; the oldest seconds leave. A second that no message
 * named carries the rate of the next one: messages drift over the second's edge, bets do not pause for it.
 */
export function reduceSeries(series: StatsSeries, figures: StatsFigures): StatsSeries {
  const second = Math.floor(Date.parse(figures.at) / 1_000);
  const last = series.seconds.at(-1);
  if (!Number.isFinite(second) || (last !== undefined && second < last)) return series;
  const seconds = [...series.seconds];
  const bets = [...series.bets];
  const value = [...series.value];
  if (second === last) {
    // A second that is told twice keeps its larger count: the first telling may have been early.
    bets[bets.length - 1] = Math.max(bets.at(-1) ?? 0, figures.bets_per_second);
    value[value.length - 1] = Math.max(value.at(-1) ?? 0, figures.value_per_second);
    return { seconds, bets, value };
  }
  const first = Math.max((last ?? second - 1) + 1, second - SERIES_SECONDS);
  for (let at = first; at < second; at += 1) {
    seconds.push(at);
    bets.push(figures.bets_per_second);
    value.push(figures.value_per_second);
  }
  seconds.push(second);
  bets.push(figures.bets_per_second);
  value.push(figures.value_per_second);
  const surplus = Math.max(0, seconds.length - SERIES_SECONDS);
  return { seconds: seconds.slice(surplus), bets: bets.slice(surplus), value: value.slice(surplus) };
}

/** The markets with those that changed; a count of updates never goes back. New ones come first. */
export function reduceMarkets(markets: MarketSummary[], changed: readonly MarketSummary[]): MarketSummary[] {
  const newer = new Map(changed.map((market) => [market.game_id, market]));
  let touched = false;
  const known = markets.map((market) => {
    const next = newer.get(market.game_id);
    newer.delete(market.game_id);
    if (!next || next.odds_updates < market.odds_updates || next.bets < market.bets) return market;
    touched = true;
    return next;
  });
  return newer.size === 0 && !touched ? markets : [...newer.values(), ...known];
}
