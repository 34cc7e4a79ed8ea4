// How we ask the server: each request proves that it is ours, failures are said, questions come first.
import { say } from "./toast.js";

export const csrf = () => document.querySelector('meta[name="csrf"]')?.content ?? "";

// A request of our own; `body` is a form or nothing. Answers with the response.
export function ask(method, url, body) {
  return fetch(url, { method, body, headers: { "x-csrf": csrf(), "hx-request": "true" }, credentials: "same-origin" });
}

document.addEventListener("htmx:config:request", ({ detail }) => {
  detail.ctx.request.headers["x-csrf"] = csrf();
});

document.addEventListener("htmx:response:error", ({ detail }) => {
  const { status, headers } = detail.ctx.response;
  if (status < 500) return; // The answer itself says what is wrong.
  const wait = status === 503 ? ` Try again in ${headers.get("retry-after") ?? "a few"} seconds.` : "";
  const reference = headers.get("x-request-id");
  say(`That could not be done; nothing was changed.${wait}${reference ? ` Reference ${reference}.` : ""}`, "bad");
});

document.addEventListener("htmx:error", ({ detail }) => {
  if (detail.ctx.sourceElement?.closest?.("[data-live]")) return; // The live island says that there is no connection.
  say("The server does not answer. What you wrote is still here.", "bad");
});

// A question before what is hard to take back, as a dialog of ours.
document.addEventListener("htmx:confirm", (event) => {
  event.preventDefault();
  const { ctx, issueRequest, dropRequest } = event.detail;
  const label = ctx.sourceElement.textContent.trim() || "Do it";
  question(ctx.confirm, label, isHard(ctx.sourceElement)).then((yes) => (yes ? issueRequest() : dropRequest()));
});

// The same for the button of a form, whether or not htmx sends it.
const asked = new WeakSet();
addEventListener("submit", (event) => {
  const button = event.submitter, text = button?.getAttribute("hx-confirm");
  if (!text || asked.delete(button)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  question(text, button.textContent.trim(), isHard(button)).then((yes) => {
    if (!yes) return;
    asked.add(button);
    event.target.requestSubmit(button);
  });
}, { capture: true });

const isHard = (button) => Boolean(button?.closest(".button-danger, .menu-item-danger, .settings-end"));

// The question is the title; what follows from it stands below.
function question(text, label, hard) {
  const [, title, rest] = text.match(/^(.*?[?.])\s+(.*)$/s) ?? [null, text, ""];
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  dialog.innerHTML = '<header class="dialog-head"><h2 id="question-title"></h2><p></p></header><div class="dialog-foot"><button class="button button-quiet" value="">Cancel</button><button class="button button-primary" value="yes" autofocus></button></div>';
  dialog.setAttribute("aria-labelledby", "question-title");
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector("p").textContent = rest;
  const yes = dialog.querySelector("[autofocus]");
  yes.textContent = label;
  yes.classList.toggle("button-danger", hard);
  dialog.addEventListener("click", (event) => event.target.closest("button") && dialog.close(event.target.closest("button").value));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((answer) => dialog.addEventListener("close", () => { dialog.remove(); answer(dialog.returnValue === "yes"); }));
}
