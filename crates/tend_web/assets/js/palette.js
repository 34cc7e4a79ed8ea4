// The command palette: what this page can do (its keys) and what the server finds, by name.
const palette = document.getElementById("palette");
const find = document.getElementById("palette-find");
const own = document.getElementById("palette-do");
const first = document.getElementById("palette-first");
const rows = () => [...palette.querySelectorAll('[role="option"]')].filter((it) => !it.hidden);

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-palette]") || !palette) return;
  event.preventDefault();
  if (palette.open) return palette.close();
  document.getElementById("side")?.matches(":popover-open") && document.getElementById("side").hidePopover();
  fill();
  palette.showModal();
  find.value = "";
  find.focus();
  show();
});

// What the page can do: everything that has a key, said by its own name.
function fill() {
  const seen = new Set();
  own.replaceChildren();
  first.replaceChildren();
  for (const target of document.querySelectorAll("[data-hotkey]:not([data-palette])")) {
    const name = (target.getAttribute("aria-label") ?? target.querySelector(".u-hidden-visually")?.textContent ?? label(target)).replace(/:\s*$/, "").trim();
    const opener = target.closest("[popover]") && document.querySelector(`[popovertarget="${CSS.escape(target.closest("[popover]").id)}"]`);
    if (!name || seen.has(name) || target.disabled || target.matches("input") || !(target.checkVisibility() || opener?.checkVisibility())) continue;
    seen.add(name);
    own.append(row(name, target));
  }
}

function label(target) {
  const copy = target.cloneNode(true);
  for (const it of copy.querySelectorAll("kbd, .kbd-row, .shell-count, svg, .menu-tick")) it.remove();
  return copy.textContent;
}

function row(name, target) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "palette-row";
  button.setAttribute("role", "option");
  button.tabIndex = -1;
  const icon = target.querySelector("svg.icon")?.cloneNode(true);
  const words = document.createElement("span");
  words.className = "u-truncate";
  words.textContent = target.closest(".shell-nav") ? `Go to ${name}` : name;
  const end = document.createElement("span");
  end.className = "palette-end";
  const keys = document.createElement("kbd");
  keys.className = "kbd";
  const mod = document.documentElement.dataset.keys === "mac" ? "⌘" : "Ctrl ";
  const stroke = target.dataset.hotkey, letter = stroke.includes("+") ? stroke.replace(/\+([a-z])$/, (_, it) => `+${it.toUpperCase()}`) : stroke;
  keys.textContent = letter.replace("mod+", mod).replace("shift+", "⇧").replace("enter", "⏎");
  end.append(keys);
  button.append(icon ?? Object.assign(document.createElement("span"), { className: "palette-noicon" }));
  button.append(words, end);
  button.addEventListener("click", () => { palette.close(); setTimeout(() => target.click()); });
  return button;
}

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

function show() {
  const words = fold(find.value).split(/\s+/).filter(Boolean);
  own.append(...first.children);
  for (const it of own.children) it.hidden = !words.every((word) => fold(it.textContent).includes(word));
  // What is called by the name that was typed stands before what merely speaks of it.
  const name = words.join(" ");
  if (name) first.append(...[...own.children].filter((it) => fold(it.textContent).trim().startsWith(name)));
  const none = palette.querySelector(".palette-none");
  if (none) none.hidden = rows().length > 0;
  choose(rows()[0]);
}

function choose(row) {
  for (const it of palette.querySelectorAll('[aria-selected="true"]')) it.setAttribute("aria-selected", "false");
  row?.setAttribute("aria-selected", "true");
  row?.scrollIntoView({ block: "nearest" });
  if (row && !row.id) row.id = `palette-row-${Math.random().toString(36).slice(2)}`;
  row ? find.setAttribute("aria-activedescendant", row.id) : find.removeAttribute("aria-activedescendant");
}

if (palette) {
  find.addEventListener("input", show);
  palette.addEventListener("htmx:after:swap", show);
  palette.addEventListener("pointermove", (event) => choose(event.target.closest('[role="option"]') ?? palette.querySelector('[aria-selected="true"]')));
  palette.addEventListener("keydown", (event) => {
    const all = rows(), at = all.findIndex((it) => it.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") palette.close();
    else if (step && all.length) choose(all.at((at + step + all.length) % all.length));
    else if (event.key === "Enter" && all[at]) (event.metaKey || event.ctrlKey) && all[at].href ? open(all[at].href, "_blank") : all[at].click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
