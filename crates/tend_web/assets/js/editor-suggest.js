// What is offered while one writes: canned responses for /, colleagues for @, signs for :.
import { ask } from "./ask.js";

export function suggestions(kit, form) {
  const { canned, mentions, composer, conversation } = form.dataset;
  const about = conversation ? `&conversation=${conversation}` : "";
  const from = (url) => async ({ query }) => {
    const answer = await ask("GET", `${url}?q=${encodeURIComponent(query)}${about}`).catch(() => undefined);
    return answer?.ok ? [...document.createRange().createContextualFragment(await answer.text()).querySelectorAll('[role="option"]')] : [];
  };
  const offer = (name, char, items, choose) => kit.Extension.create({
    name,
    addProseMirrorPlugins() {
      const command = ({ editor, range, props }) => choose(editor.chain().focus().deleteRange(range), props, editor);
      return [kit.Suggestion({ editor: this.editor, pluginKey: new kit.PluginKey(name), char, items, command, render: () => list(form) })];
    },
  });
  const all = [
    offer("signs", ":", signs, (at, it) => at.insertContent(it.dataset.insertHtml).run()),
    mention(kit),
  ];
  if (composer === "note") {
    all.push(offer("colleagues", "@", from(mentions), (at, it) =>
      at.insertContent([{ type: "mention", attrs: { id: it.dataset.id, label: it.dataset.label } }, { type: "text", text: " " }]).run()));
  } else {
    all.push(offer("canned", "/", from(canned), async (at, it, editor) => {
      at.run();
      const filled = it.dataset.use ? await use(it.dataset.use, conversation) : it;
      if (!filled) return;
      editor.chain().focus().insertContent(filled.dataset.insertHtml).run();
      const files = filled.querySelector("[data-files]");
      if (files) form.querySelector("#composer-files").append(files.content.cloneNode(true));
    }));
  }
  return all;
}

// Names and numbers are filled in when it is chosen.
async function use(url, conversation) {
  const answer = await ask("POST", url, new URLSearchParams(conversation ? { conversation } : {})).catch(() => undefined);
  return answer?.ok && document.createRange().createContextualFragment(await answer.text()).querySelector('[role="option"]');
}

// A colleague in a note, as the server keeps it: <span data-mention="agt_…">@Maren</span>.
function mention(kit) {
  return kit.Node.create({
    name: "mention", group: "inline", inline: true, atom: true, selectable: false,
    addAttributes: () => ({ id: { default: null }, label: { default: null } }),
    parseHTML: () => [{ tag: "span[data-mention]", getAttrs: (it) => ({ id: it.dataset.mention, label: it.textContent.replace(/^@/, "") }) }],
    renderHTML: ({ node }) => ["span", { "data-mention": node.attrs.id }, `@${node.attrs.label}`],
    renderText: ({ node }) => `@${node.attrs.label}`,
  });
}

let emoji;
async function signs({ query }) {
  if (query.length < 2) return [];
  emoji ??= (await import("../vendor/emoji.js")).default.split("\n").map((it) => it.split(" "));
  const starts = emoji.filter(([name]) => name.startsWith(query)), holds = emoji.filter(([name]) => name.includes(query, 1));
  return [...new Map([...starts, ...holds].map((it) => [it[1], it])).values()].slice(0, 8).map(([name, sign]) => {
    const option = document.createElement("div");
    option.className = "menu-item";
    option.setAttribute("role", "option");
    option.dataset.insertHtml = sign;
    option.textContent = `${sign} ${name.replaceAll("_", " ")}`;
    return option;
  });
}

// The list below the caret. The text keeps the focus; arrows, Enter and Tab choose, Escape ends it.
function list(form) {
  let box, now, at = 0;
  const mark = () => now.items.forEach((it, n) => it.setAttribute("aria-selected", n === at));
  const show = (props) => {
    now = props;
    at = 0;
    box.hidden = !props.items.length;
    box.replaceChildren(...props.items);
    props.items.forEach((it) => it.addEventListener("pointerdown", (event) => { event.preventDefault(); now.command(it); }));
    mark();
    const caret = props.clientRect?.(), around = form.getBoundingClientRect();
    if (!caret) return;
    const above = caret.bottom + 290 > innerHeight;
    box.style.left = `${Math.max(0, Math.min(caret.left - around.left, around.width - box.offsetWidth))}px`;
    box.style[above ? "bottom" : "top"] = `${above ? around.bottom - caret.top + 4 : caret.bottom - around.top + 4}px`;
    box.style[above ? "top" : "bottom"] = "auto";
  };
  return {
    onStart(props) {
      box = document.createElement("div");
      box.className = "menu composer-suggest";
      box.setAttribute("role", "listbox");
      box.setAttribute("aria-label", "Suggestions");
      form.append(box);
      show(props);
    },
    onUpdate: show,
    onKeyDown({ event }) {
      if (!now.items.length) return false;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) { at = (at + step + now.items.length) % now.items.length; mark(); now.items[at].scrollIntoView({ block: "nearest" }); return true; }
      if (event.key === "Enter" || event.key === "Tab") { now.command(now.items[at]); return true; }
      if (event.key === "Escape") { event.stopPropagation(); box.hidden = true; now = { ...now, items: [] }; return true; }
      return false;
    },
    onExit() { box?.remove(); },
  };
}
