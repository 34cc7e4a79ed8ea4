// Keeps a draft: on the server a moment after the last key, here at once, so that neither a crash nor a
// tunnel takes a word.
import { ask } from "./ask.js";

const AFTER = 700;
// What is being sent, by the key of its draft: no later composer takes it for something lost.
const sending = new Map();

// Whether the newest of our messages in the thread begins so.
const bare = (node) => node?.textContent.replace(/\s+/g, "") ?? "";
function stands(html) {
  const said = bare(new DOMParser().parseFromString(html, "text/html").body);
  return said !== "" && bare([...document.querySelectorAll(".message-ours .message-body")].at(-1)).startsWith(said);
}

export function keepDraft(form, editor) {
  const url = form.dataset.draft;
  const key = `draft:${form.dataset.conversation ?? "new"}:${form.dataset.composer}`;
  let timer, running, sent = false;

  const put = (at, text) => { try { text ? localStorage.setItem(at, text) : localStorage.removeItem(at); } catch { /* The server has it. */ } };
  const store = (text) => put(key, text);
  // What is being sent, for who leaves the page before the answer comes.
  const leaves = (text) => put(`${key}:sending`, text);

  async function keep() {
    clearTimeout(timer);
    timer = undefined;
    if (running || sent || !url || !form.isConnected) return;
    const text = editor.html();
    let done;
    running = new Promise((it) => { done = it; });
    try {
      const answer = await ask("PUT", url, new URLSearchParams(new FormData(form)));
      if (answer.ok || answer.status === 409) show(await answer.text());
      if (answer.ok && text === editor.html()) store("");
    } catch {
      timer = setTimeout(keep, 5_000);
    }
    running = undefined;
    done();
  }

  function show(fragment) {
    const state = form.querySelector("#composer-state");
    const fresh = document.createRange().createContextualFragment(fragment).firstElementChild;
    if (!state || !fresh || sent) return;
    if (fresh.dataset.version) form.elements.version.value = fresh.dataset.version;
    if (fresh.dataset.draftId) form.elements.draft.value = fresh.dataset.draftId;
    state.replaceWith(fresh);
  }

  function changed() {
    store(editor.html());
    clearTimeout(timer);
    timer = setTimeout(keep, AFTER);
  }

  form.addEventListener("change", changed);
  form.addEventListener("click", async (event) => {
    if (event.target.closest("[data-draft-drop]")) {
      clearTimeout(timer);
      store("");
      editor.clear();
      // One that belongs to no conversation yet is named by its id.
      const named = form.elements.draft?.value;
      await ask("DELETE", named ? `${url}?draft=${named}` : url).catch(() => {});
      if (named) form.elements.draft.value = "";
      form.querySelector("#composer-state").replaceChildren();
      form.elements.version.value = 0;
    } else if (event.target.closest("[data-draft-reload]")) {
      store("");
      location.reload();
    }
  });

  // Sent is sent: nothing of it is kept. A draft that is on its way arrives first, so that it is not
  // there again afterwards.
  form.addEventListener("submit", async (event) => {
    if (!running) return;
    const { submitter } = event;
    event.preventDefault();
    event.stopImmediatePropagation();
    await Promise.race([running, new Promise((it) => setTimeout(it, 2_000))]);
    running = undefined;
    form.requestSubmit(submitter);
  }, { capture: true });
  form.addEventListener("htmx:before:request", ({ detail }) => {
    if (detail.ctx.sourceElement !== form) return;
    sent = true;
    clearTimeout(timer);
    sending.set(key, editor.html());
    leaves(editor.html());
  });
  form.addEventListener("htmx:finally:request", ({ detail }) => {
    if (detail.ctx.sourceElement !== form) return;
    const answer = detail.ctx.response;
    if (answer?.status < 300) store("");
    else sent = false;
    sending.delete(key);
    // Without an answer it may have arrived all the same: leaving the page ends the request too.
    if (answer) leaves("");
  });
  document.addEventListener("tend:online", () => timer === undefined && form.isConnected && changed());
  addEventListener("pagehide", () => timer !== undefined && keep());

  // What was written here and never reached the server.
  let lost, left;
  try { [lost, left] = [localStorage.getItem(key), localStorage.getItem(`${key}:sending`)]; } catch { /* Nothing is. */ }
  if (!sending.has(key)) leaves("");
  if (lost && (lost === sending.get(key) || lost === left && stands(lost))) store("");
  else if (lost && lost !== editor.html()) { editor.set(lost); changed(); }
  return changed;
}
