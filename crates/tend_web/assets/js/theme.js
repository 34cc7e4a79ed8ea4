// Before the first paint: light or dark as it was chosen here or by the system, and whose keyboard it is.
const root = document.documentElement;
// Which key is the one for commands.
if (/Mac|iPhone|iPad/.test(navigator.platform)) root.dataset.keys = "mac";
try {
  const kept = new URLSearchParams(location.search).get("theme") || localStorage.getItem("theme");
  if (kept === "light" || kept === "dark") root.dataset.theme = kept;
} catch {
  // No storage: the system decides.
}
