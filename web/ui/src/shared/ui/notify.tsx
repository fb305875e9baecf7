import { notifications } from "@mantine/notifications";
import { IconAlertTriangle, IconCheck, IconInfoCircle } from "@tabler/icons-react";

/** Says that something was done. */
export function notifyDone(message: string): void {
  notifications.show({ message, icon: <IconCheck size={16} />, color: "green", autoClose: 4_000 });
}

/** Says that something did not work, and why. */
export function notifyFailed(title: string, message: string): void {
  notifications.show({ title, message, icon: <IconAlertTriangle size={16} />, color: "red", autoClose: 9_000 });
}

/** Says something worth knowing. */
export function notifyInfo(message: string): void {
  notifications.show({ message, icon: <IconInfoCircle size={16} />, color: "gray", autoClose: 5_000 });
}
