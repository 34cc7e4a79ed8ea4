// Keys: an element says in data-hotkey by which it is pressed (`e`, `g i`, `mod+enter`). In a text only
// keys with mod work, and Escape; while a dialog is open only what is in it.
const WAIT = 1_200, COMES = 4_000;
let before = "", timer, ahead;

addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  // Whoever asked for the composer writes already: that is text, and no key.
  if (ahead && performance.now() < ahead.until && event.key.length === 1 && !event.ctrlKey && !event.metaKey && !writes(event.target)) {
    ahead.text += event.key;
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  let stroke = strokeOf(event);
  if (!stroke) return;
  if (writes(event.target) && !stroke.startsWith("mod+")) {
    if (stroke === "esc") leave(event.target);
    return;
  }
  // Nothing is written here that Ctrl+Z could take back, so it takes back the last thing done.
  if (stroke === "mod+z" && !writes(event.target)) stroke = "z";
  const keys = before ? `${before} ${stroke}` : stroke;
  const found = best(keys) ?? (before && best(stroke));
  clearTimeout(timer);
  before = "";
  if (found) {
    event.preventDefault();
    event.stopPropagation();
    press(found);
  } else if (begins(keys)) {
    event.preventDefault();
    before = keys;
    timer = setTimeout(() => { before = ""; }, WAIT);
  }
}, { capture: true });

function strokeOf(event) {
  const { key } = event;
  if (["Shift", "Control", "Alt", "Meta", "Dead", "Process"].includes(key)) return "";
  if (event.altKey && !event.getModifierState("AltGraph")) return "";
  const name = { Escape: "esc", Enter: "enter", " ": "space", ArrowUp: "up", ArrowDown: "down" }[key] ?? key.toLowerCase();
  const mod = event.metaKey || event.ctrlKey ? "mod+" : "";
  const isLetter = /^\p{L}$/u.test(key);
  const shift = event.shiftKey && (isLetter || name.length > 1) ? "shift+" : "";
  // A plain Enter belongs to what has the focus.
  return mod || shift || !["enter", "space"].includes(name) ? mod + shift + name : "";
}

export function writes(target) {
  return target.isContentEditable || target.matches?.('textarea, select, input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"])');
}

/** What was typed since the composer was asked for and before one could write in it. */
export function typedAhead() {
  const text = ahead?.text ?? "";
  ahead = undefined;
  return text;
}

function leave(target) {
  if (document.querySelector(":popover-open, .composer-suggest") || target.closest("dialog")) return;
  target.blur();
  document.querySelector(".inbox-scroll")?.focus({ preventScroll: true });
}

const scope = () => [...document.querySelectorAll("dialog:modal")].at(-1) ?? document;
const named = (keys) => [...scope().querySelectorAll(`[data-hotkey="${CSS.escape(keys)}"]`)];

// One that is seen comes first; then one in a closed menu whose opener is seen.
function best(keys) {
  const all = named(keys).filter((it) => !it.disabled);
  // While several conversations are chosen, a key means them.
  all.sort((a, b) => !!b.closest("#bulk") - !!a.closest("#bulk"));
  // Of several things that can be taken back it is the last.
  if (keys === "z") all.reverse();
  return all.find((it) => it.checkVisibility()) ?? all.find((it) => {
    const menu = it.closest("[popover]");
    return menu && document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`)?.checkVisibility();
  });
}

function begins(keys) {
  return [...scope().querySelectorAll("[data-hotkey]")].some((it) => it.dataset.hotkey.startsWith(`${keys} `));
}

function press(element) {
  const menu = element.closest("[popover]:not(:popover-open)");
  if (element.matches("input, textarea")) {
    // It opens below its button, as if that had been pressed.
    menu?.showPopover({ source: document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`) ?? undefined });
    element.focus();
    element.select?.();
  } else {
    if (element.matches("[data-composer-kind]")) ahead = { text: "", until: performance.now() + COMES };
    element.click();
  }
}
