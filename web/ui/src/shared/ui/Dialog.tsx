import { Modal, type ModalProps } from "@mantine/core";
import "@mantine/core/styles/Paper.css";
import "@mantine/core/styles/ModalBase.css";
import "@mantine/core/styles/Modal.css";

/** A dialog. Its own file, so that what dialogs need is loaded with the first of them. */
export function Dialog(props: ModalProps) {
  return <Modal closeButtonProps={{ "aria-label": "Close" }} {...props} />;
}
