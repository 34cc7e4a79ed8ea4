// Light or dark before the first paint: what was chosen here, or what the system says.
const root = document.documentElement;
try {
  const kept = new URLSearchParams(location.search).get("theme") || localStorage.getItem("theme");
  if (kept === "light" || kept === "dark") root.dataset.theme = kept;
} catch {
  // No storage: the system decides.
}
