// Confirms the score that a link brought, as soon as a person shows: programs open links too.

const form = document.querySelector("form[data-survey]");
const kept = form?.querySelector("[data-kept]");
// Who only looks has to look for so long. Milliseconds.
const LOOKS = 3000;

let confirmed = !form?.hasAttribute("data-confirm");
let asking = false;

function score() {
  return new FormData(form).get("score");
}

async function confirm(sign) {
  if (asking || !score()) return;
  asking = true;
  const said = new FormData(form);
  said.set("sign", sign);
  try {
    const answer = await fetch(form.dataset.survey, {
      method: "POST",
      headers: { accept: "application/json" },
      body: new URLSearchParams(said),
    });
    const it = answer.ok ? await answer.json() : {};
    if (it.counted) {
      confirmed = true;
      kept.textContent = kept.dataset.kept.replace("{}", it.score);
      kept.hidden = false;
    }
  } catch {
    // The form still sends it.
  }
  asking = false;
}

function once(sign) {
  return (event) => {
    if (event.isTrusted && !confirmed) confirm(sign);
  };
}

if (form) {
  let last = null;
  addEventListener("pointermove", (event) => {
    // A pointer that lies still is no person.
    const here = `${event.screenX} ${event.screenY}`;
    if (last !== null && last !== here) once("pointer")(event);
    last = here;
  });
  addEventListener("pointerdown", once("pointer"));
  addEventListener("touchstart", once("touch"), { passive: true });
  addEventListener("keydown", once("key"));
  addEventListener("wheel", once("scroll"), { passive: true });
  form.addEventListener("change", (event) => {
    if (event.isTrusted && event.target.name === "score") {
      confirmed = false;
      confirm("pointer");
    }
  });
  let looked = 0;
  let before = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    const sees = document.visibilityState === "visible" && document.hasFocus();
    looked = sees ? looked + now - before : 0;
    before = now;
    if (confirmed) clearInterval(timer);
    else if (looked >= LOOKS && !navigator.webdriver) {
      clearInterval(timer);
      confirm("dwell");
    }
  }, 250);
}
