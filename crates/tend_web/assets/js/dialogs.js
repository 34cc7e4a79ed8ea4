// Dialogs: opened by buttons where the browser does not do it by itself, opened when they are fetched,
// closed by a press beside them and by what ends them.
import { each } from "./each.js";

const native = "commandForElement" in HTMLButtonElement.prototype;

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[commandfor]");
  if (button && !native) {
    const dialog = document.getElementById(button.getAttribute("commandfor"));
    button.getAttribute("command") === "close" ? dialog?.close() : dialog?.showModal();
  }
  const ends = event.target.closest("[data-closes]");
  if (ends) setTimeout(() => ends.closest("dialog")?.close());
  if (event.target.matches("dialog[open]")) beside(event) && event.target.close();
});

function beside({ target, clientX: x, clientY: y }) {
  const box = target.getBoundingClientRect();
  return x < box.left || x > box.right || y < box.top || y > box.bottom;
}

// A dialog that the server sends is meant to be seen; closed, it is gone.
each("#dialogs dialog, [data-dialogs] dialog", (dialog) => {
  dialog.showModal();
  dialog.addEventListener("close", () => dialog.remove());
});

// A small form that was done is put away; what it changed comes by the live stream.
document.addEventListener("htmx:after:request", ({ detail }) => {
  const { sourceElement: form, response } = detail.ctx;
  if (!form?.matches?.("[data-resets]") || response.status >= 400) return;
  form.reset();
  form.closest("details")?.removeAttribute("open");
});

// A dialog's form that was done closes it.
document.addEventListener("htmx:after:swap", ({ detail }) => {
  const { sourceElement, response } = detail.ctx;
  const dialog = sourceElement?.closest?.("dialog[open]");
  if (dialog && sourceElement.matches("form[hx-post], form[hx-put], form[hx-delete]") && response?.status < 400) dialog.close();
});
