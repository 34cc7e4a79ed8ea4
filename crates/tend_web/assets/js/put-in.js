// Puts what a button holds into the answer that is being written, and says so to the server.
import { ask } from "./ask.js";
import { say } from "./toast.js";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-put-in]");
  if (!button) return;
  const form = document.querySelector("[data-composer].has-editor");
  if (!form) return say("Open the composer first, then insert it.", "bad");
  form.dispatchEvent(new CustomEvent("put-in", { detail: button.dataset.putIn }));
  // What is counted is not worth stopping anybody's work: if it fails, it is not counted.
  ask("POST", button.dataset.putTold, new URLSearchParams()).catch(() => undefined);
});
