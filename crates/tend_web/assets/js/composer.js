// The composer: puts the editor where the text field is, and joins draft, files, suggestions and tools to it.
import { each } from "./each.js";
import { takeFiles } from "./editor-files.js";
import { suggestions } from "./editor-suggest.js";
import { typedAhead } from "./hotkeys.js";
import { keepDraft } from "./keep-draft.js";

const editors = new WeakMap();

each("[data-composer]", async (form) => {
  const kit = await import("../vendor/editor.js");
  if (!form.isConnected) return;
  const body = form.querySelector("[data-editor]"), field = body.querySelector("textarea");
  const had = document.activeElement === field, start = body.querySelector("[data-draft-html]").innerHTML;
  const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "html", value: start });
  let changed = () => {};

  const editor = new kit.Editor({
    element: body,
    content: start,
    injectCSS: false,
    extensions: extensions(kit, form, body),
    editorProps: {
      attributes: { class: "composer-text", role: "textbox", "aria-multiline": "true", "aria-label": body.dataset.label, dir: "auto" },
      handlePaste: (_, event) => files(event.clipboardData, true),
      handleDrop: (_, event) => files(event.dataTransfer, false),
    },
    onUpdate: () => { hidden.value = html(); changed(); },
    onSelectionUpdate: () => tools(form, editor),
    onTransaction: () => tools(form, editor),
  });
  const html = () => (editor.isEmpty && !editor.getHTML().includes("<img") ? "" : editor.getHTML());
  const take = takeFiles(form, (src, alt) => editor.chain().focus().setImage({ src, alt }).run());
  function files(data, pasted) {
    // Rich text from an office program brings a picture of itself: the text is meant.
    if (!data?.files.length || (pasted && data.types.includes("text/html") && data.types.includes("text/plain"))) return false;
    take(data.files, pasted);
    return true;
  }

  field.remove();
  body.append(hidden);
  form.classList.add("has-editor");
  editors.set(form, editor);
  form.addEventListener("put-in", ({ detail }) => editor.chain().focus().insertContent(detail).run());
  changed = keepDraft(form, { html, set: (it) => editor.commands.setContent(it), clear: () => editor.commands.clearContent(true) });
  if (had || form.dataset.focus === "on" || location.hash === "#composer") enter(form);
});

// What is forwarded needs someone first; everything else needs words.
function enter(form) {
  const editor = editors.get(form);
  const to = form.dataset.composer === "forward" && form.querySelector("#composer-to, .composer-fields input:not([type=hidden])");
  if (to) {
    to.focus();
    to.value += typedAhead();
  } else if (editor) write(editor, typedAhead());
}

function write(editor, text) {
  editor.commands.focus("end");
  if (text) editor.commands.insertContent({ type: "text", text });
}

function extensions(kit, form, body) {
  return [
    kit.StarterKit.configure({ link: { openOnClick: false, HTMLAttributes: { rel: "noopener noreferrer nofollow" } }, heading: { levels: [2, 3] } }),
    picture(kit).configure({ inline: true }),
    kit.Placeholder.configure({ placeholder: body.dataset.placeholder }),
    ...suggestions(kit, form),
  ];
}

// A picture that was taken back from a message is named by its file, one of a product by its address: neither can be shown here.
function picture(kit) {
  return kit.Image.extend({
    addNodeView: () => ({ node }) => {
      const { src, alt } = node.attrs;
      if (!/^(cid|https?):/.test(src ?? "")) return { dom: Object.assign(document.createElement("img"), { src, alt: alt ?? "" }) };
      return { dom: Object.assign(document.createElement("span"), { className: "composer-picture", textContent: alt || "Picture" }) };
    },
  });
}

const does = {
  bold: (it) => it.toggleBold(), italic: (it) => it.toggleItalic(), code: (it) => it.toggleCode(),
  bulletList: (it) => it.toggleBulletList(), orderedList: (it) => it.toggleOrderedList(), blockquote: (it) => it.toggleBlockquote(),
};

function tools(form, editor) {
  for (const button of form.querySelectorAll("[data-format]")) button.setAttribute("aria-pressed", editor.isActive(button.dataset.format));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-format], [data-insert]");
  const form = button?.closest("[data-composer]") ?? (button?.dataset.insert && document.querySelector("[data-composer]")), editor = form && editors.get(form);
  if (!editor) return;
  const { format, insert } = button.dataset;
  if (insert) editor.chain().focus().insertContent((editor.state.selection.$from.nodeBefore?.text?.match(/\S$/) ? " " : "") + insert).run();
  else if (format === "link") link(form, editor);
  else does[format](editor.chain().focus()).run();
});

// Asks for the address of a link in a line below the text.
function link(form, editor) {
  if (editor.isActive("link")) return editor.chain().focus().unsetLink().run();
  if (form.querySelector(".composer-link")) return;
  const line = Object.assign(document.createElement("input"), { className: "field-input composer-link", type: "url", placeholder: "https://" });
  line.setAttribute("aria-label", "Address of the link");
  form.querySelector("[data-editor]").append(line);
  line.focus();
  const done = (keep) => {
    if (!line.isConnected) return;
    const href = line.value.trim() && (/^[a-z]+:/i.test(line.value) ? line.value.trim() : `https://${line.value.trim()}`);
    line.remove();
    const at = editor.chain().focus();
    if (!keep || !href) return at.run();
    editor.state.selection.empty ? at.insertContent({ type: "text", text: href, marks: [{ type: "link", attrs: { href } }] }).run() : at.setLink({ href }).run();
  };
  line.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    done(event.key === "Enter");
  });
  line.addEventListener("blur", () => done(true));
}

// Pressing a kind (or its key) goes on in it; pressing the kind that is there goes into the text.
document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-composer-kind]");
  const form = tab?.closest("[data-composer]");
  if (!form) return;
  if (tab.dataset.composerKind === form.dataset.composer) {
    event.preventDefault();
    event.stopPropagation();
    const editor = editors.get(form);
    if (editor) write(editor, typedAhead());
    else form.dataset.focus = "on";
  }
}, { capture: true });

// A composer that was asked for wants to be written in; one that follows a message does not.
document.addEventListener("htmx:before:swap", ({ detail }) => {
  const asked = detail.ctx.sourceElement?.matches?.('[hx-target="#composer"]');
  if (asked) setTimeout(() => { const form = document.getElementById("composer"); if (form) { form.dataset.focus = "on"; enter(form); } });
});
