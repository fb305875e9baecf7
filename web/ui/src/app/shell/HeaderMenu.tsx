import "@mantine/core/styles/Menu.css";
import { ActionIcon, type MantineColorScheme, Menu, useMantineColorScheme } from "@mantine/core";
import {
  IconBook2,
  IconCheck,
  IconDeviceDesktop,
  IconKeyboard,
  IconLogout,
  IconMenu2,
  IconMoon,
  IconSun,
} from "@tabler/icons-react";
import { useSession, useSignOut } from "@/features/session/queries";
import type { Zone } from "@/shared/format";
import { useZone } from "@/shared/preferences";

const SCHEMES: { value: MantineColorScheme; word: string; icon: typeof IconSun }[] = [
  { value: "light", word: "Light", icon: IconSun },
  { value: "dark", word: "Dark", icon: IconMoon },
  { value: "auto", word: "As the system", icon: IconDeviceDesktop },
];

const ZONES: { value: Zone; word: string }[] = [
  { value: "local", word: "Local time" },
  { value: "utc", word: "UTC" },
];

/** Appearance, times, keys, API pages, and who is signed in. */
export function HeaderMenu({ onHelp }: { onHelp: () => void }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [zone, setZone] = useZone();
  const session = useSession();
  const signOut = useSignOut();
  return (
    <Menu position="bottom-end" defaultOpened>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label="Menu">
          <IconMenu2 size={19} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Appearance</Menu.Label>
        {SCHEMES.map(({ value, word, icon: Icon }) => (
          <Menu.Item
            key={value}
            leftSection={<Icon size={16} stroke={1.7} />}
            rightSection={colorScheme === value && <IconCheck size={15} aria-label="chosen" />}
            onClick={() => setColorScheme(value)}
          >
            {word}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>Times</Menu.Label>
        {ZONES.map(({ value, word }) => (
          <Menu.Item
            key={value}
            rightSection={zone === value && <IconCheck size={15} aria-label="chosen" />}
            onClick={() => setZone(value)}
          >
            {word}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconKeyboard size={16} stroke={1.7} />} rightSection="?" onClick={onHelp}>
          Keys
        </Menu.Item>
        <Menu.Item
          component="a"
          href="/swagger-ui/"
          target="_blank"
          leftSection={<IconBook2 size={16} stroke={1.7} />}
        >
          API pages
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Acting as {session.data?.name ?? "nobody"}</Menu.Label>
        {session.data?.mode === "token" && (
          <Menu.Item leftSection={<IconLogout size={16} stroke={1.7} />} onClick={() => signOut.mutate()}>
            Sign out
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
