import { Button } from "@mantine/core";
import { IconPlayerPlay, IconPlayerStop } from "@tabler/icons-react";
import { formatCount } from "@/shared/format";
import { useSimulation } from "./queries";

/** Starts and stops the simulated feed, and says how far it is. */
export function FeedSwitch() {
  const { state, start, stop } = useSimulation();
  const feed = state.data;
  if (!feed) return null;
  if (!feed.running) {
    return (
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlayerPlay size={14} />}
        loading={start.isPending}
        onClick={() => start.mutate()}
      >
        Start a simulated feed
      </Button>
    );
  }
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconPlayerStop size={14} />}
      loading={stop.isPending}
      onClick={() => stop.mutate()}
    >
      <span className="num">
        Stop simulated feed ({formatCount(feed.sent)} of {formatCount(feed.count)})
      </span>
    </Button>
  );
}
