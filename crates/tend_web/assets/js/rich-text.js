// A text with looks in a form: the editor takes the field's place and sends HTML.
import { each } from "./each.js";

each("[data-rich-text]", async (body) => {
  const kit = await import("../vendor/editor.js");
  if (!body.isConnected) return;
  const field = body.querySelector("textarea"), start = body.querySelector("[data-draft-html]").innerHTML;
  const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "html", value: start });
  const editor = new kit.Editor({
    element: body,
    content: start,
    injectCSS: false,
    extensions: [kit.StarterKit.configure({ link: { openOnClick: false } }), kit.Image.configure({ inline: true })],
    editorProps: { attributes: { class: "composer-text", id: field.id, role: "textbox", "aria-multiline": "true", "aria-label": body.dataset.label, dir: "auto" } },
    onUpdate: () => { hidden.value = editor.isEmpty ? "" : editor.getHTML(); },
  });
  field.remove();
  body.append(hidden);
});
