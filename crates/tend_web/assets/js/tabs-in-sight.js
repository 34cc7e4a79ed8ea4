// A row of tabs that is wider than its place begins with the current one in sight.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const row = tab.closest(".tabs");
  const box = [row, row.parentElement].find((it) => it.scrollWidth > it.clientWidth);
  if (!box) continue;
  const [its, all] = [tab.getBoundingClientRect(), box.getBoundingClientRect()];
  if (its.left < all.left || its.right > all.right) box.scrollLeft += its.left - all.left - (all.width - its.width) / 2;
}
