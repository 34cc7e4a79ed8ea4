// One stream a page. It says what changed; each region that wants to hear of it (data-live) is fetched anew
// (data-live-get) and grown into the page, so that a draft, a focus and an open menu stay as they are.
const url = document.querySelector('meta[name="live"]')?.content;
const SETTLE = 120, SAY_OFFLINE_AFTER = 3_000, CLOSE_WHEN_HIDDEN = 2_000, SLOWEST = 15_000;
const due = new Map();
let source, at, pause = 500, offline, hidden, retry;

function topics({ conversation, contact, account, of, subject }) {
  const all = [of && `of:${of}`, subject];
  if (conversation) all.push("conversations", `conversation:${conversation}`);
  if (contact) all.push(`contact:${contact}`);
  if (account) all.push(`account:${account}`, "accounts");
  return all.filter(Boolean);
}

export function refresh(wanted) {
  for (const region of document.querySelectorAll("[data-live]")) {
    const hears = region.dataset.live.split(" ");
    if (wanted && !wanted.some((it) => hears.includes(it))) continue;
    clearTimeout(due.get(region));
    due.set(region, setTimeout(fetchAnew, SETTLE, region));
  }
}

function fetchAnew(region) {
  due.delete(region);
  const get = region.dataset.liveGet;
  if (!get || !region.isConnected) return;
  // What one is about to press stays where it is; afterwards it is made right.
  if (region.querySelector(":popover-open")) return due.set(region, setTimeout(fetchAnew, 1_000, region));
  const path = new URL(get, location.href);
  if (region.dataset.liveWith === "shown") path.searchParams.set("shown", region.querySelectorAll("[data-row], [data-message]").length);
  htmx.ajax("GET", path.pathname + path.search, { source: region, target: region, swap: region.dataset.liveSwap ?? "outerMorph" });
}

function listen() {
  if (source || !url) return;
  clearTimeout(retry);
  const from = new URL(url, location.href);
  if (at) from.searchParams.set("since", at);
  source = new EventSource(from);
  const on = (name, hear) => source.addEventListener(name, (event) => { at = event.lastEventId || at; hear(event.data ? JSON.parse(event.data) : {}); });
  on("ready", connected);
  on("change", (news) => refresh(topics(news)));
  on("presence", (news) => refresh([`presence:${news.conversation}`, "presence"]));
  on("told", () => refresh(["me"]));
  on("usage", () => refresh(["usage"]));
  on("reset", () => refresh());
  on("bye", () => lost());
  source.addEventListener("error", () => lost());
}

function connected() {
  pause = 500;
  clearTimeout(offline);
  offline = undefined;
  const notice = document.getElementById("offline");
  if (notice && !notice.hidden) {
    notice.hidden = true;
    refresh();
    document.dispatchEvent(new CustomEvent("tend:online"));
  }
}

// The server restarts, the train is in a tunnel: we ask again, and go on from the last thing heard.
function lost() {
  stop();
  offline ??= setTimeout(() => { const notice = document.getElementById("offline"); if (notice) notice.hidden = false; }, SAY_OFFLINE_AFTER);
  clearTimeout(retry);
  retry = setTimeout(listen, pause * (0.75 + Math.random() / 2));
  pause = Math.min(pause * 2, SLOWEST);
}

function stop() {
  source?.close();
  source = undefined;
}

// A page in the background gives its connection back, for a browser has six of them for all its tabs; looked at
// again, it catches up.
document.addEventListener("visibilitychange", () => {
  clearTimeout(hidden);
  if (document.hidden) hidden = setTimeout(() => { clearTimeout(offline); offline = undefined; clearTimeout(retry); stop(); }, CLOSE_WHEN_HIDDEN);
  else if (!source) listen();
});
addEventListener("online", listen);
addEventListener("pagehide", stop);
addEventListener("pageshow", (event) => event.persisted && listen());
document.addEventListener("click", (event) => event.target.closest("[data-live-retry]") && (stop(), listen()));

if (!document.hidden) listen();
