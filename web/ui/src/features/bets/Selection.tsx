import { GRAMMAR, hasGrammar, readSelection } from "@/shared/selection";
import classes from "./Selection.module.css";

/** A selection as its legs, in order where the order counts, with the commentary muted behind it. */
export function Selection({ text, betType }: { text: string; betType: string }) {
  const { legs, commentary } = readSelection(text);
  const ordered = hasGrammar(betType) && GRAMMAR[betType].ordered;
  return (
    <span className={classes.selection}>
      {legs.length === 0 && <span className={classes.none}>no selection</span>}
      {legs.map((leg, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a leg is known by its place
        <span className={classes.leg} key={index}>
          {index > 0 && <span className={classes.joint}>{ordered ? "›" : "/"}</span>}
          <span className={classes.runner}>{leg}</span>
        </span>
      ))}
      {commentary && <span className={classes.commentary}>{commentary}</span>}
    </span>
  );
}
