import { Kbd } from "@mantine/core";
import { Fragment } from "react";
import { Dialog } from "@/shared/ui/Dialog";
import classes from "./KeyHelp.module.css";

const GROUPS: { title: string; keys: [string[], string][] }[] = [
  {
    title: "Bets",
    keys: [
      [["j", "k"], "Next, previous bet"],
      [["x"], "Select the bet; with Shift a range"],
      [["1", "2", "3"], "Pending, successful, failed"],
      [["Esc"], "Clear the selection"],
    ],
  },
  {
    title: "Batches",
    keys: [
      [["n", "b"], "Next, previous open batch"],
      [["s"], "Submit the batch"],
    ],
  },
  {
    title: "Everywhere",
    keys: [
      [["g d"], "Go to the desk"],
      [["g l"], "Go to the live page"],
      [["/"], "Find"],
      [["?"], "This list"],
    ],
  },
];

/** The list of keys. */
export function KeyHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog opened onClose={onClose} title="Keys" size="sm">
      {GROUPS.map(({ title, keys }) => (
        <section key={title} className={classes.group}>
          <h3 className={classes.title}>{title}</h3>
          <dl className={classes.list}>
            {keys.map(([combos, meaning]) => (
              <Fragment key={meaning}>
                <dt>
                  {combos.map((combo) => (
                    <Kbd key={combo} size="xs">
                      {combo}
                    </Kbd>
                  ))}
                </dt>
                <dd>{meaning}</dd>
              </Fragment>
            ))}
          </dl>
        </section>
      ))}
      <p className={classes.note}>Keys rest while you type and while a dialog is open.</p>
    </Dialog>
  );
}
