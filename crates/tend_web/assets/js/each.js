// Sets up each element that matches, once: those that are here and those that come.
const kinds = [];

export function each(selector, setUp) {
  const kind = { selector, setUp, seen: new WeakSet() };
  kinds.push(kind);
  look(document, kind);
}

function look(root, kind) {
  if (root.matches?.(kind.selector)) meet(root, kind);
  for (const found of root.querySelectorAll(kind.selector)) meet(found, kind);
}

function meet(element, kind) {
  if (kind.seen.has(element)) return;
  kind.seen.add(element);
  kind.setUp(element);
}

new MutationObserver((changes) => {
  for (const change of changes) {
    for (const added of change.addedNodes) {
      if (added.nodeType === Node.ELEMENT_NODE) kinds.forEach((kind) => look(added, kind));
    }
  }
}).observe(document.documentElement, { childList: true, subtree: true });
