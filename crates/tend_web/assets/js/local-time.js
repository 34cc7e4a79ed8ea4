// Keeps moments right while the page stays open: 09:14 becomes Thu at midnight, 38 m becomes 39 m, and a
// message that leaves in 8 s counts down. Written as the server writes it, in the agent's zone.
const zone = document.querySelector('meta[name="zone"]')?.content || undefined;
const format = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...options });
const clock = format({ hour: "2-digit", minute: "2-digit" });
const weekday = format({ weekday: "short" });
const parts = format({ year: "numeric", month: "short", day: "numeric", weekday: "long" });
const day = format({ year: "numeric", month: "2-digit", day: "2-digit" });

function pieces(date) {
  return Object.fromEntries(parts.formatToParts(date).map((it) => [it.type, it.value]));
}

function daysSince(date, now) {
  const midnight = (it) => { const [d, m, y] = day.format(it).split("/"); return Date.UTC(y, m - 1, d); };
  return Math.round((midnight(now) - midnight(date)) / 86_400_000);
}

const short = (date, now) => {
  const days = daysSince(date, now), it = pieces(date);
  if (days === 0) return clock.format(date);
  if (days >= 1 && days <= 6) return weekday.format(date);
  return it.year === pieces(now).year ? `${it.day} ${month(it)}` : `${it.day} ${month(it)} ${it.year}`;
};

const until = (date, now) => {
  const days = daysSince(date, now), it = pieces(date);
  if (days === 0) return clock.format(date);
  return days < 0 && days >= -6 ? `${weekday.format(date)} ${clock.format(date)}` : `${it.day} ${month(it)} ${clock.format(date)}`;
};

const heading = (date, now) => {
  const it = pieces(date), before = { 0: "Today, ", 1: "Yesterday, " }[daysSince(date, now)] ?? "";
  const long = format({ month: "long" }).format(date);
  return `${before}${it.weekday} ${it.day} ${long}${it.year === pieces(now).year ? "" : ` ${it.year}`}`;
};

// British English says Sept; the server says Sep.
const month = (it) => it.month.slice(0, 3);

export function length(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3_600) return `${Math.floor(s / 60)} m`;
  if (s < 36_000 && s % 3_600 >= 60) return `${Math.floor(s / 3_600)} h ${Math.floor((s % 3_600) / 60)} m`;
  if (s < 172_800) return `${Math.floor(s / 3_600)} h`;
  return `${Math.floor(s / 86_400)} d`;
}

const kinds = { short, until, day: heading, since: (date, now) => length((now - date) / 1_000) };

function write(element, now) {
  const say = kinds[element.dataset.time];
  const date = new Date(element.dateTime);
  if (!say || Number.isNaN(+date)) return;
  const text = say(date, now);
  if (element.textContent !== text) element.textContent = text;
}

function tick() {
  const now = new Date();
  for (const it of document.querySelectorAll("time[data-time]")) write(it, now);
}

function count() {
  const now = Date.now();
  for (const it of document.querySelectorAll("[data-countdown]")) {
    const left = Math.ceil((new Date(it.dataset.countdown) - now) / 1_000);
    it.textContent = left > 0 ? `${left} s` : "a moment";
  }
}

setInterval(tick, 20_000);
setInterval(count, 500);
document.addEventListener("visibilitychange", () => document.hidden || tick());
