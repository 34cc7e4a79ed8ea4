// Files that are chosen, pasted or dropped: they go to the server at once and wait there with the draft.
import { ask } from "./ask.js";
import { say } from "./toast.js";

export function takeFiles(form, showImage) {
  const place = form.querySelector("#composer-files");

  async function send(file, inText) {
    const chip = document.createElement("span");
    chip.className = "composer-file is-coming";
    chip.textContent = `${file.name} is on its way…`;
    place.append(chip);
    const body = new FormData();
    body.set("file", file);
    body.set("kind", form.dataset.composer);
    if (form.dataset.conversation) body.set("conversation", form.dataset.conversation);
    if (inText) body.set("inline", "on");
    try {
      const answer = await ask("POST", form.dataset.uploads, body);
      const taken = document.createRange().createContextualFragment(await answer.text()).querySelector("[data-uploaded]");
      if (!answer.ok || !taken) throw new Error(answer.status === 413 ? "It is too large." : "The server did not take it.");
      if (taken.dataset.src) showImage(taken.dataset.src, taken.dataset.name);
      place.append(...taken.children);
      htmx.process(place);
      form.dispatchEvent(new Event("change"));
    } catch (error) {
      say(`${file.name} could not be attached. ${error.message}`, "bad");
    }
    chip.remove();
  }

  const take = (files, inText) => { for (const file of files) send(file, inText && file.type.startsWith("image/")); };

  form.addEventListener("change", (event) => {
    if (!event.target.matches?.("[data-attach]")) return;
    event.stopPropagation();
    take(event.target.files);
    event.target.value = "";
  });
  for (const on of ["dragenter", "dragover"]) form.addEventListener(on, (event) => { if (event.dataTransfer?.types.includes("Files")) { event.preventDefault(); form.classList.add("is-dropping"); } });
  for (const off of ["dragleave", "drop"]) form.addEventListener(off, (event) => { if (off === "drop" || !form.contains(event.relatedTarget)) form.classList.remove("is-dropping"); });
  form.addEventListener("drop", (event) => {
    if (event.defaultPrevented || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    take(event.dataTransfer.files);
  });
  return take;
}
