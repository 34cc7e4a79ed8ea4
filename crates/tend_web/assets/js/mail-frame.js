// Mail with looks of its own stands in a frame that runs nothing; the frame is as high as the mail.
import { each } from "./each.js";

each("iframe[data-mail-frame]", (frame) => {
  const fit = () => {
    const body = frame.contentDocument?.body;
    if (body) frame.height = Math.min(20_000, Math.ceil(frame.contentDocument.documentElement.scrollHeight));
  };
  const met = () => {
    const body = frame.contentDocument?.body;
    if (!body) return;
    frame.height = 0;
    fit();
    new ResizeObserver(fit).observe(body);
    body.addEventListener("toggle", fit, true);
  };
  frame.addEventListener("load", met);
  if (frame.contentDocument?.readyState === "complete") met();
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-show-images]");
  const frame = button && document.getElementById(button.dataset.showImages);
  if (!frame) return;
  frame.src = `${frame.getAttribute("src").split("?")[0]}?images=on`;
  button.closest(".message-blocked").remove();
});
