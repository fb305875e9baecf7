import "@mantine/core/styles/Notification.css";
import "@mantine/notifications/styles.css";
import { Notifications, notifications } from "@mantine/notifications";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";

/** Where notices appear. */
export function Toasts() {
  return <Notifications position="bottom-right" limit={4} />;
}

export function showDone(message: string): void {
  notifications.show({ message, icon: <IconCheck size={16} />, color: "green.8", autoClose: 4_000 });
}

export function showFailed(title: string, message: string): void {
  notifications.show({
    title,
    message,
    icon: <IconAlertTriangle size={16} />,
    color: "red.8",
    autoClose: 9_000,
  });
}
