import { Link, Outlet, useNavigate } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { lazyNamed } from "@/shared/lazyNamed";
import { Brand } from "@/shared/ui/Brand";
import { useKeys } from "@/shared/useKeys";
import { ConnectionBanner } from "./ConnectionBanner";
import { ConnectionPill } from "./ConnectionPill";
import { LazyMenu } from "./LazyMenu";
import classes from "./Shell.module.css";

const KeyHelp = lazyNamed(async () => (await import("./KeyHelp")).KeyHelp);

/** The frame of every page: where one is, how the connection is, and what is always at hand. */
export function Shell() {
  const navigate = useNavigate();
  const [help, setHelp] = useState(false);
  useKeys({
    "g d": () => void navigate({ to: "/desk" }),
    "g l": () => void navigate({ to: "/live" }),
    "?": () => setHelp(true),
  });
  return (
    <div className={classes.shell}>
      <header className={classes.header}>
        <Link to="/desk" className={classes.brand} aria-label="BetStream, to the desk">
          <Brand />
        </Link>
        <nav className={classes.nav} aria-label="Pages">
          <Link to="/desk" className={classes.link} activeProps={{ "aria-current": "page" }}>
            Desk
          </Link>
          <Link to="/live" className={classes.link} activeProps={{ "aria-current": "page" }}>
            Live
          </Link>
        </nav>
        <div className={classes.right}>
          <ConnectionPill />
          <LazyMenu onHelp={() => setHelp(true)} />
        </div>
      </header>
      <ConnectionBanner />
      <div className={classes.page}>
        <Outlet />
      </div>
      <Suspense>{help && <KeyHelp onClose={() => setHelp(false)} />}</Suspense>
    </div>
  );
}
