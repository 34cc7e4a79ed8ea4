// What the composer needs of tiptap, as one module.
export { Editor, Extension, Node, mergeAttributes } from "@tiptap/core";
export { default as StarterKit } from "@tiptap/starter-kit";
export { default as Image } from "@tiptap/extension-image";
export { default as Mention } from "@tiptap/extension-mention";
export { Placeholder } from "@tiptap/extensions/placeholder";
export { Suggestion } from "@tiptap/suggestion";
export { PluginKey } from "@tiptap/pm/state";
