// j and k through the rows of a table, x to choose one, Enter to open it.
import { writes } from "./hotkeys.js";

const rows = () => [...document.querySelectorAll("tr[data-item]")];
const current = () => document.querySelector("tr[data-item].is-focus");

addEventListener("keydown", (event) => {
  if (event.metaKey || event.ctrlKey || event.altKey || writes(event.target)) return;
  if (document.querySelector("dialog:modal, :popover-open") || !rows().length) return;
  const step = { j: 1, k: -1 }[event.key];
  if (step) move(step);
  else if (event.key === "x" || event.key === "X") choose(event.shiftKey);
  else if (event.key === "Enter" && current() && event.target === document.body) current().querySelector("th a")?.click();
  else return;
  event.preventDefault();
});

function move(step) {
  const all = rows(), at = all.indexOf(current());
  const row = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
  if (!row) return step > 0 && all.at(-1).nextElementSibling?.click();
  mark(row);
  row.scrollIntoView({ block: "nearest" });
}

function mark(row) {
  for (const other of document.querySelectorAll("tr[data-item].is-focus")) other.classList.remove("is-focus");
  row?.classList.add("is-focus");
}

function choose(upTo) {
  const box = current()?.querySelector("[data-choose]");
  box?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: upTo }));
}

// A list that was fetched anew keeps its place.
let place = "";
document.addEventListener("htmx:before:swap", () => { place = current()?.dataset.item ?? place; });
document.addEventListener("htmx:after:swap", () => {
  if (place && !current()) mark(document.querySelector(`tr[data-item="${CSS.escape(place)}"]`));
});
