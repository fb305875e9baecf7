import { ActionIcon } from "@mantine/core";
import { IconMenu2 } from "@tabler/icons-react";
import { Suspense, useState } from "react";
import { lazyNamed } from "@/shared/lazyNamed";

const HeaderMenu = lazyNamed(async () => (await import("./HeaderMenu")).HeaderMenu);

/** The header's menu; what is in it is loaded when it is first opened. */
export function LazyMenu({ onHelp }: { onHelp: () => void }) {
  const [wanted, setWanted] = useState(false);
  const button = (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label="Menu"
      aria-haspopup="menu"
      onClick={() => setWanted(true)}
    >
      <IconMenu2 size={19} stroke={1.7} />
    </ActionIcon>
  );
  if (!wanted) return button;
  return (
    <Suspense fallback={button}>
      <HeaderMenu onHelp={onHelp} />
    </Suspense>
  );
}
