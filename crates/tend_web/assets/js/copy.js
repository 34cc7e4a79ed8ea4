// Copies what a button names, or what it points at; opens a page anew.
import { say } from "./toast.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from], [data-reload]");
  if (!button) return;
  if ("reload" in button.dataset) return location.reload();
  const text = button.dataset.copy ?? document.querySelector(button.dataset.copyFrom)?.innerText ?? "";
  try {
    await navigator.clipboard.writeText(text);
    say("Copied");
  } catch {
    say("This browser does not let a page copy. Mark the text and copy it yourself.", "bad");
  }
});
