/* Small comforts; every task works without them. No inline handler anywhere: one listener per kind of event. */
"use strict";

/* Messages that say what was done: a way to close them, and a second announcement once the page has settled. One that
   floats and offers nothing goes by itself; in the flow it stays, since taking it away would move what a finger aims at. */
function tendToasts(root) {
  for (const close of root.querySelectorAll("[data-toast] [data-close]")) close.hidden = false;
  for (const toast of root.querySelectorAll("[data-toast]:not([data-stays])")) setTimeout(leaveSoon, 6000, toast);
}
function leaveSoon(toast) {
  if (toast.matches(":hover, :focus-within")) return setTimeout(leaveSoon, 2000, toast);
  /* at the top of the page it lies on nothing, and the text would jump if it went */
  if (window.scrollY > toast.offsetHeight) toast.remove();
  else setTimeout(leaveSoon, 2000, toast);
}
function closeToast(toast) {
  if (!toast) return;
  const held = toast.contains(document.activeElement);
  toast.remove();
  if (held) document.getElementById("main").focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close]");
  if (close) closeToast(close.closest("[data-toast]"));
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") closeToast(document.querySelector("[data-toast]:last-of-type"));
});

/* A form is sent once: the button says that it is busy. It wakes again if the page comes back from the history. */
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || event.defaultPrevented || event.target.method !== "post") return;
  if (button.getAttribute("aria-busy") === "true") return event.preventDefault();
  setTimeout(() => button.setAttribute("aria-busy", "true"), 0);
  setTimeout(() => button.removeAttribute("aria-busy"), 10000); /* a form that answers with a file leaves the page standing */
});
window.addEventListener("pageshow", () => {
  for (const busy of document.querySelectorAll("form [aria-busy]")) busy.removeAttribute("aria-busy");
});

/* After htmx: what asks for the focus gets it; what was in focus keeps it by its id (htmx does that); toasts wake. */
document.addEventListener("htmx:afterSwap", (event) => {
  tendToasts(document);
  const wish = event.detail.target && event.detail.target.querySelector("[autofocus], [data-focus]");
  if (wish) wish.focus();
});
document.addEventListener("htmx:afterRequest", (event) => {
  for (const busy of event.target.querySelectorAll("[aria-busy]")) busy.removeAttribute("aria-busy");
});
document.addEventListener("DOMContentLoaded", () => {
  tendToasts(document);
  const tab = document.querySelector(".tabs [aria-current]");
  const tabs = tab && tab.closest(".tabs");
  if (tabs) tabs.scrollLeft += tab.getBoundingClientRect().left - tabs.getBoundingClientRect().left - (tabs.clientWidth - tab.clientWidth) / 2;
  const dock = document.getElementById("toasts");
  if (dock && dock.children.length) setTimeout(() => dock.replaceChildren(...dock.childNodes), 300);
});
