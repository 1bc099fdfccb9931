/* Decision day: A, W and D on a row press its buttons, arrows go from row to row, and on a wide screen an application
   opens beside the list. Without script the buttons and the links do the same. */
"use strict";
(() => {
  const WIDE = window.matchMedia("(min-width: 100rem)");
  const rowOf = (event) => event.target.closest && event.target.closest("[data-row]");

  document.addEventListener("keydown", (event) => {
    const row = rowOf(event);
    if (!row || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const button = row.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (button) {
      event.preventDefault();
      if (!event.repeat) button.click();
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const rows = [...document.querySelectorAll("[data-row]")];
    const next = rows[rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    const kind = event.target.dataset.key;
    (next.querySelector(kind ? `[data-key="${kind}"]` : "[data-beside]") || next.querySelector("a, button")).focus();
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-beside]");
    if (link && WIDE.matches && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
      event.preventDefault();
      window.htmx.ajax("GET", link.href, { target: "#beside", select: "#detail", swap: "innerHTML" });
    }
    if (event.target.closest("[data-tick-all]")) {
      for (const box of document.querySelectorAll('[name="application"]')) box.checked = true;
    }
  });

  const wake = () => {
    for (const button of document.querySelectorAll("[data-tick-all]")) button.hidden = false;
  };
  document.addEventListener("htmx:afterSwap", wake);
  document.addEventListener("DOMContentLoaded", wake);
})();
