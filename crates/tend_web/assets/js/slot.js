// Says that a message is before somebody's eyes, and that its link was followed. One that may not
// be shown any more goes away again.

const slot = document.querySelector("[data-slot]");
// Who only scrolls by has not seen it. Milliseconds.
const SEEN = 1000;

function say(act) {
  return fetch(`${slot.dataset.slot}/${act}`, {
    method: "POST",
    keepalive: true,
    body: new URLSearchParams({ message: slot.dataset.message }),
  });
}

if (slot) {
  let timer = null;
  const seen = async () => {
    observer.disconnect();
    const answer = await say("seen").catch(() => null);
    if (answer?.status === 409 || answer?.status === 404) slot.remove();
  };
  const observer = new IntersectionObserver((entries) => {
    clearTimeout(timer);
    const is = entries.some((it) => it.isIntersecting) && document.visibilityState === "visible";
    if (is) timer = setTimeout(seen, SEEN);
  });
  observer.observe(slot);
  document.addEventListener("visibilitychange", () => {
    observer.unobserve(slot);
    observer.observe(slot);
  });
  slot.querySelector("[data-link]")?.addEventListener("click", () => {
    say("clicked").catch(() => null);
  });
}
