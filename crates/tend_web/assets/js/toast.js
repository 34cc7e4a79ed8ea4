// What was done, for a moment; what needs an answer stays until it is closed.
import { each } from "./each.js";

const DONE = 6_000, WITH_UNDO = 10_000, MOST = 3;

each("[data-toast]", (toast) => {
  const others = [...(toast.parentElement?.querySelectorAll('[data-toast=""]') ?? [])];
  for (const old of others.slice(0, -MOST)) old.remove();
  const leave = () => { toast.classList.add("is-leaving"); setTimeout(() => toast.remove(), 160); };
  toast.addEventListener("click", (event) => event.target.closest("[data-toast-close], [hx-post]") && setTimeout(leave));
  if (toast.dataset.toast === "stays") return;
  const time = toast.querySelector("button") ? WITH_UNDO : DONE;
  let timer = setTimeout(leave, time);
  // It does not go away under the pointer or the focus.
  for (const on of ["pointerenter", "focusin"]) toast.addEventListener(on, () => clearTimeout(timer));
  for (const off of ["pointerleave", "focusout"]) toast.addEventListener(off, () => { timer = setTimeout(leave, DONE); });
});

// Says something of our own. `tone` is "bad" for what could not be done.
export function say(text, tone) {
  const place = document.getElementById("toasts");
  if (!place) return;
  const toast = document.createElement("div");
  toast.className = tone === "bad" ? "toast toast-bad" : "toast";
  toast.setAttribute("role", tone === "bad" ? "alert" : "status");
  toast.dataset.toast = tone === "bad" ? "stays" : "";
  const words = document.createElement("span");
  words.textContent = text;
  toast.append(words);
  if (tone === "bad") {
    const close = document.createElement("button");
    close.className = "button";
    close.type = "button";
    close.dataset.toastClose = "";
    close.textContent = "Close";
    toast.append(close);
  }
  // One sentence stands once.
  for (const other of place.children) if (other.querySelector("span")?.textContent === text) other.remove();
  place.append(toast);
}
