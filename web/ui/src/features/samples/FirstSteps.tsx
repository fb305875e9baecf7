import { Button } from "@mantine/core";
import { IconDatabaseImport, IconPlayerPlay } from "@tabler/icons-react";
import { useLoadSamples, useSimulation } from "./queries";

/** What to do with an empty store: sample data, and a feed to watch. */
export function FirstSteps() {
  const samples = useLoadSamples();
  const { state, start } = useSimulation();
  const running = state.data?.running ?? false;
  return (
    <>
      <Button
        leftSection={<IconDatabaseImport size={16} />}
        loading={samples.isPending}
        onClick={() => samples.mutate()}
      >
        Load sample data
      </Button>
      <Button
        variant="default"
        leftSection={<IconPlayerPlay size={16} />}
        loading={start.isPending}
        disabled={running}
        onClick={() => start.mutate()}
      >
        {running ? "Simulated feed is running" : "Start a simulated feed"}
      </Button>
    </>
  );
}
