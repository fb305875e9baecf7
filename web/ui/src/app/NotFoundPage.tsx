import { Button } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { EmptyState } from "@/shared/ui/states";
import { useTitle } from "@/shared/useTitle";

/** An address that leads nowhere. */
export function NotFoundPage() {
  useTitle("Not found");
  return (
    <main>
      <EmptyState
        icon={<IconMapOff size={22} stroke={1.6} />}
        title="There is no page at this address"
        actions={
          <Button component={Link} to="/desk" size="xs">
            Go to the desk
          </Button>
        }
      >
        It may have been mistyped, or belong to a newer version of the console.
      </EmptyState>
    </main>
  );
}
