// Menus: arrows move, letters and the box at the top narrow, a choice closes. Where the browser cannot
// place a popover at its button, it is placed here.
import { each } from "./each.js";

const placed = CSS.supports("position-area: block-end");

each("[data-menu]", (menu) => {
  const find = menu.querySelector("[data-menu-find]");
  const items = () => [...menu.querySelectorAll('.menu-item:not(:disabled), .menu-form input:not([type="hidden"]), .menu-form button')].filter((it) => it.checkVisibility());

  menu.addEventListener("toggle", (event) => {
    const opener = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
    opener?.setAttribute("aria-expanded", event.newState === "open");
    if (event.newState !== "open") return;
    if (!placed) place(menu, opener);
    if (find) { find.value = ""; narrow(""); }
    const chosen = menu.querySelector('.menu-item:is([aria-pressed="true"], [aria-current="true"])');
    (find ?? chosen ?? items()[0])?.focus();
  });

  menu.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const all = items(), at = all.indexOf(document.activeElement);
      all.at((at + step + all.length) % all.length)?.focus();
    } else if (event.key === "Enter" && event.target === find) {
      event.preventDefault();
      items()[0]?.click();
    } else if (event.key === "Escape") {
      menu.hidePopover?.();
    } else if (event.key === "Tab" && !event.target.closest(".menu-form")) {
      menu.hidePopover?.();
    }
  });

  find?.addEventListener("input", () => narrow(find.value));

  function narrow(text) {
    const words = fold(text);
    for (const item of menu.querySelectorAll(".menu-item")) item.hidden = !fold(item.textContent).includes(words);
  }

  // A box in a menu is one of several; anything else ends it.
  menu.addEventListener("click", (event) => {
    const item = event.target.closest(".menu-item, .menu-form button");
    if (item && !item.matches("label") && !item.closest("label")) setTimeout(() => menu.matches(":popover-open") && menu.hidePopover());
  });
  menu.addEventListener("submit", () => setTimeout(() => menu.matches(":popover-open") && menu.hidePopover()));
});

function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

function place(menu, opener) {
  if (!opener) return;
  const at = opener.getBoundingClientRect(), own = menu.getBoundingClientRect();
  const below = at.bottom + own.height + 8 < innerHeight;
  menu.style.top = `${below ? at.bottom : Math.max(8, at.top - own.height - 8)}px`;
  menu.style.left = `${Math.max(8, Math.min(at.left, innerWidth - own.width - 8))}px`;
}
