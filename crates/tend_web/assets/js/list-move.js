// j and k through the list, x to choose; the open conversation is the current row.
import { writes } from "./hotkeys.js";

const rows = () => [...document.querySelectorAll("[data-row]")];
const current = () => document.querySelector("[data-row][aria-current]");
let last = 0;
// The conversation that was asked for last, until it stands there: what is still open then is not current any more.
let asked = null;

addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey || writes(event.target)) return;
  if (document.querySelector("dialog:modal, :popover-open")) return;
  const step = { j: 1, k: -1 }[event.key];
  if (step) move(step);
  else if (event.key === "x" || event.key === "X") choose(event.shiftKey);
  else return;
  event.preventDefault();
});

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(current());
  // The current row went (it was resolved): the next one stands in its place.
  const next = at >= 0 ? at + step : step > 0 ? Math.min(last, all.length - 1) : last - 1;
  const row = all[next];
  if (!row) return all.at(-1).nextElementSibling?.click();
  row.querySelector(".list-subject").click();
}

addEventListener("click", (event) => {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  const row = event.target.closest?.(".list-subject")?.closest("[data-row]");
  if (!row) return;
  asked = row.dataset.row;
  mark(row);
}, { capture: true });

function mark(row) {
  for (const other of document.querySelectorAll("[data-row][aria-current]")) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  row.classList.remove("is-unread");
  row.scrollIntoView({ block: "nearest" });
  last = rows().indexOf(row);
}

const rowOf = (id) => id && document.querySelector(`[data-row="${CSS.escape(id)}"]`);

function choose(upTo) {
  // Its row went: the one that stands in its place is meant.
  const all = rows(), row = current() ?? all[Math.min(last, all.length - 1)];
  const box = row?.querySelector("[data-choose]");
  box?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: upTo }));
}

// Whatever opened a conversation, its row is the current one, also after the list was fetched anew.
document.addEventListener("htmx:after:swap", () => {
  const open = document.getElementById("open")?.dataset.conversation;
  if (open === asked) asked = null;
  const row = rowOf(asked) ?? rowOf(open);
  if (row && row !== current()) mark(row);
  else if (row) last = rows().indexOf(row);
});

document.addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx?.sourceElement?.closest?.("[data-row]")) asked = null;
});
