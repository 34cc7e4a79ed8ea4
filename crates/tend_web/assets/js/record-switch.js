// Shows or hides the customer's record: beside the thread where there is room, over it where there is none.
const root = document.documentElement;
const narrow = () => document.querySelector(".inbox")?.clientWidth < 1_060;

try { if (localStorage.getItem("record") === "hidden") root.dataset.record = "hidden"; } catch { /* It is shown. */ }

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-record-switch]")) return;
  if (narrow()) {
    root.dataset.record = root.dataset.record === "shown" ? "" : "shown";
    return;
  }
  root.dataset.record = root.dataset.record === "hidden" ? "" : "hidden";
  try { localStorage.setItem("record", root.dataset.record); } catch { /* It holds for this page. */ }
});
