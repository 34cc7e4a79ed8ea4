// To, cc and bcc as chips with suggestions. The form still sends one text with commas.
import { ask } from "./ask.js";
import { each } from "./each.js";

each("[data-recipients]", (line) => {
  const field = line.querySelector("input"), box = document.createElement("div"), input = field.cloneNode(), found = document.createElement("div");
  const id = `${field.id}-found`;
  box.className = "composer-chips";
  found.className = "menu composer-suggest";
  found.id = id;
  found.setAttribute("role", "listbox");
  found.hidden = true;
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list" })) input.setAttribute(name, value);
  input.removeAttribute("name");
  input.value = "";
  field.type = "hidden";
  field.removeAttribute("id");
  field.replaceWith(box);
  box.append(input, field, found);
  split(field.value).forEach(add);

  function split(text) {
    // A comma within quotes belongs to a name.
    return text.split(/[,;\n](?=(?:[^"]*"[^"]*")*[^"]*$)/).map((it) => it.trim()).filter(Boolean);
  }

  function add(text) {
    const chip = document.createElement("span"), away = document.createElement("button");
    chip.className = "composer-chip";
    chip.dataset.address = text;
    chip.classList.toggle("is-bad", !/[^\s@<>]+@[^\s@<>]+/.test(text));
    chip.append(Object.assign(document.createElement("span"), { className: "u-truncate", textContent: text, title: text }), away);
    Object.assign(away, { type: "button", className: "button button-quiet", textContent: "×" });
    away.setAttribute("aria-label", `Take ${text} out`);
    away.addEventListener("click", () => { chip.remove(); keep(); input.focus(); });
    box.insertBefore(chip, input);
  }

  const chips = () => [...box.querySelectorAll("[data-address]")];
  function keep() {
    field.value = chips().map((it) => it.dataset.address).join(", ");
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  function take(text) {
    split(text).forEach(add);
    input.value = "";
    hide();
    keep();
  }
  function hide() {
    found.hidden = true;
    found.replaceChildren();
    input.setAttribute("aria-expanded", "false");
  }

  let timer, asked = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim().length < 2) return hide();
    timer = setTimeout(async () => {
      const mine = ++asked, answer = await ask("GET", `${line.dataset.recipients}?q=${encodeURIComponent(input.value)}`).catch(() => undefined);
      if (mine !== asked || !answer?.ok) return;
      found.replaceChildren(...document.createRange().createContextualFragment(await answer.text()).querySelectorAll('[role="option"]'));
      found.hidden = !found.children.length;
      input.setAttribute("aria-expanded", String(!found.hidden));
    }, 120);
  });
  found.addEventListener("pointerdown", (event) => {
    const option = event.target.closest('[role="option"]');
    if (option) { event.preventDefault(); take(option.dataset.insertHtml); }
  });
  input.addEventListener("keydown", (event) => {
    const all = [...found.children], at = all.findIndex((it) => it.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) all.forEach((it, n) => it.setAttribute("aria-selected", n === (at + step + all.length) % all.length));
    else if (["Enter", ",", ";", "Tab"].includes(event.key) && (input.value.trim() || all[at])) {
      if (event.key === "Tab" && !input.value.trim()) return;
      take(all[at]?.dataset.insertHtml ?? input.value);
    } else if (event.key === "Backspace" && !input.value) { chips().at(-1)?.remove(); keep(); return; }
    else if (event.key === "Escape" && !found.hidden) { hide(); event.stopPropagation(); }
    else return;
    event.preventDefault();
  });
  input.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text");
    if (/[,;\n]/.test(text)) { event.preventDefault(); take(text); }
  });
  input.addEventListener("blur", () => { if (input.value.trim()) take(input.value); hide(); });
  box.addEventListener("click", (event) => event.target === box && input.focus());
});
