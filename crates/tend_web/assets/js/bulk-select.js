// Several rows at once: how many are chosen, a range with Shift, and none with Escape.
import { writes } from "./hotkeys.js";

const boxes = () => [...document.querySelectorAll("[data-choose]")];
const chosen = () => boxes().filter((it) => it.checked);
let from = null;
// Where nothing points, one says first that one chooses.
let begun = false;

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-choose-none]")) return none();
  if (event.target.closest("[data-choose-begin]")) return begin();
  if (event.target.closest("[data-long-close]")) return event.target.closest("#long-bulk").replaceChildren();
  const whole = event.target.closest("[data-choose-all]");
  if (whole) return chooseAll(whole.getAttribute("aria-pressed") !== "true");
  const box = event.target.closest("[data-choose]");
  if (!box) return;
  const all = boxes(), a = all.indexOf(from), b = all.indexOf(box);
  if (event.shiftKey && a >= 0 && b >= 0) {
    for (const it of all.slice(Math.min(a, b), Math.max(a, b) + 1)) it.checked = box.checked;
  }
  from = box;
  chooseAll(false);
});

document.addEventListener("keydown", (event) => {
  // Ctrl+A after the first one, as in a list of files.
  if (event.key.toLowerCase() === "a" && (event.metaKey || event.ctrlKey) && !writes(event.target) && chosen().length) {
    event.preventDefault();
    return chooseAll(true);
  }
  if (event.key === "Escape" && !document.querySelector("dialog:modal, :popover-open") && chosen().length) none();
});

// All that are in the view, also those that are not shown.
function chooseAll(whole) {
  const field = document.querySelector("[data-choose-all-field]");
  if (field) field.value = whole ? "on" : "";
  document.querySelector("[data-choose-all]")?.setAttribute("aria-pressed", whole);
  if (whole) for (const it of boxes()) it.checked = true;
  show();
}

function begin() {
  if (begun || chosen().length) return none();
  begun = true;
  show();
}

function none() {
  begun = false;
  for (const it of boxes()) it.checked = false;
  chooseAll(false);
}

function show() {
  const count = chosen().length;
  document.getElementById("list-rows")?.classList.toggle("is-choosing", begun || count > 0);
  for (const it of document.querySelectorAll("[data-chosen-count]")) it.textContent = document.querySelector("[data-choose-all-field]")?.value ? "All" : count;
}

// What was done with them was done; a list that was fetched anew keeps what is still chosen.
document.addEventListener("htmx:after:swap", ({ detail }) => {
  if (detail.ctx.sourceElement?.id === "bulk" && detail.ctx.response?.status < 400) none();
  else show();
});
