// Before the work: proposes the browser's own time zone where none was chosen.
for (const select of document.querySelectorAll("select[data-guess-zone]")) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...select.options].some((it) => it.value === own)) select.value = own;
}
