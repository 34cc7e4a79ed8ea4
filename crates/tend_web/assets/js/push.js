// Turns notifications of this browser on and off. The page brings a block for each state, and this
// shows the one that holds.
import { ask } from "./ask.js";
import { each } from "./each.js";

const WORKER = "/service-worker.js", MINE = "push", PATIENCE = 20_000;
// A browser that keeps nothing for us throws.
const kept = (store, value) => {
  try { return value === undefined ? window[store].getItem(MINE) : window[store].setItem(MINE, value); } catch { return null; }
};
const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (it) => it.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

async function subscription() {
  const worker = await navigator.serviceWorker.getRegistration("/");
  return worker?.pushManager.getSubscription();
}

async function print(endpoint) {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
  return Array.from(new Uint8Array(hash), (it) => it.toString(16).padStart(2, "0")).join("");
}

function tell(url, it) {
  const body = { endpoint: it.endpoint, p256dh: text(it.getKey("p256dh")), auth: text(it.getKey("auth")) };
  return ask("POST", url, new URLSearchParams(body));
}

each("[data-push]", async (place) => {
  const { push: key, pushUrl: url } = place.dataset;
  const show = (state, why = "") => {
    for (const block of place.querySelectorAll("[data-push-state]")) block.hidden = block.dataset.pushState !== state;
    const says = place.querySelector(`[data-push-state="${state}"] [data-push-why]`);
    if (says) says.textContent = why;
  };
  const row = async (it) => it && document.querySelector(`[data-push-device="${await print(it.endpoint)}"]`);

  async function look() {
    if (!window.isSecureContext) return show("insecure");
    if (!key || !("serviceWorker" in navigator) || !("PushManager" in window)) return show("unsupported");
    if (Notification.permission === "denied") return show("denied");
    const it = await subscription();
    const known = await row(it);
    const same = it && text(it.options.applicationServerKey) === key;
    if (known) known.querySelector("[data-push-this]").hidden = false;
    show(known && same ? "on" : "off");
  }

  async function on() {
    if ((await Notification.requestPermission()) !== "granted") return look();
    show("busy");
    try {
      const worker = await navigator.serviceWorker.register(WORKER);
      await navigator.serviceWorker.ready;
      const old = await worker.pushManager.getSubscription();
      if (old && text(old.options.applicationServerKey) !== key) await old.unsubscribe();
      const asked = worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
      // Without a way to its service a browser may try for ever.
      const it = await Promise.race([asked, new Promise((_, no) => setTimeout(no, PATIENCE))]);
      const answer = await tell(url, it);
      if (!answer.ok) return show("failed", (new DOMParser().parseFromString(await answer.text(), "text/html")).querySelector("span")?.textContent);
      kept("localStorage", place.dataset.pushAgent);
      location.reload();
    } catch {
      show("failed", "This browser could not reach its push service. Some browsers have none, and some networks let nothing through to it.");
    }
  }

  async function off() {
    show("busy");
    const it = await subscription();
    const form = (await row(it))?.querySelector("[data-push-remove]");
    await it?.unsubscribe();
    kept("localStorage", "");
    form ? form.submit() : look();
  }

  place.addEventListener("click", ({ target }) => {
    if (target.closest("[data-push-on]")) on();
    if (target.closest("[data-push-off]")) off();
    if (target.closest("[data-push-test]")) subscription().then(row).then((it) => it?.querySelector("[data-push-trial]")?.submit());
  });
  look().catch(() => show("unsupported"));
});

// After signing in anew, this browser belongs to the new session: said once in it.
const me = document.querySelector('meta[name="push"]');
if (me && kept("localStorage") === me.content && kept("sessionStorage") !== me.content) {
  const said = (answer) => answer?.ok && kept("sessionStorage", me.content);
  // Who is not reached is told so where it is turned on.
  subscription().then((it) => it && tell("/settings/notifications/devices", it)).then(said).catch(() => {});
}
