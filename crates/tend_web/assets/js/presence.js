// Says to colleagues that one looks at a conversation, or writes in it.
import { ask, csrf } from "./ask.js";
import { each } from "./each.js";

const AGAIN = 30_000, TYPING_AGAIN = 4_000;
let here, timer, typedAt = 0;

function tell(doing, url = here) {
  if (!url) return;
  const body = new URLSearchParams({ doing, csrf: csrf() });
  if (doing === "gone") navigator.sendBeacon(url, body);
  else ask("POST", url, body).catch(() => {}); // The live island says when there is no connection.
}

function look() {
  clearInterval(timer);
  if (document.hidden || !here) return;
  tell("looking");
  timer = setInterval(tell, AGAIN, "looking");
}

each("[data-presence]", (thread) => {
  if (here && here !== thread.dataset.presence) tell("gone");
  here = thread.dataset.presence;
  look();
});

document.addEventListener("input", (event) => {
  if (!event.target.closest("[data-composer]") || Date.now() - typedAt < TYPING_AGAIN) return;
  typedAt = Date.now();
  tell("typing");
});

document.addEventListener("visibilitychange", () => (document.hidden ? (clearInterval(timer), tell("gone")) : look()));
addEventListener("pagehide", () => tell("gone"));
