// Shows what the server sends by push, also when no page of Tend is open. It keeps nothing and
// answers no requests.
self.addEventListener("push", (event) => event.waitUntil(show(event.data)));

async function show(data) {
  let it = {};
  try { it = data.json(); } catch { /* Not ours, or empty: still, something has to be shown. */ }
  const url = new URL(it.url ?? "/", self.location.origin);
  const inside = url.origin === self.location.origin ? url.href : self.location.origin;
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const looks = open.filter((page) => page.focused);
  const here = looks.some((page) => new URL(page.url).pathname === url.pathname && it.tag !== "trial");
  await self.registration.showNotification(it.title ?? "Tend", {
    body: it.body ?? "",
    tag: it.tag ?? "tend",
    icon: ICON,
    silent: looks.length > 0,
    data: { url: inside },
  });
  // Who has it before their eyes is not disturbed; some browsers want each message shown all the same.
  if (here) for (const shown of await self.registration.getNotifications({ tag: it.tag })) shown.close();
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data?.url ?? "/"));
});

// To the page that shows it already, or to a new one: what is written elsewhere stays as it is.
async function lead(url) {
  const open = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const same = open.find((page) => new URL(page.url).pathname === new URL(url, self.location.origin).pathname);
  return same ? same.focus() : clients.openWindow(url);
}

// A newer one takes over at once: it has no pages to care for.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(clients.claim()));
