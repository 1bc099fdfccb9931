/* Quick exit: nothing of the page stays on the screen, and the harmless page takes its place in the history, so that
   Back does not bring it up again. Esc three times within two seconds does the same. Without script it is a plain link. */
"use strict";
(() => {
  const PRESSES = 3, WITHIN = 2000;
  const exit = document.querySelector("[data-quick-exit]");
  if (!exit) return;
  const leave = () => {
    document.title = "";
    document.body.hidden = true;
    window.location.replace(exit.href);
  };
  exit.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });

  let pressed = [];
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.isComposing) return;
    /* a press that closes a dialog is about the dialog */
    const counts = event.key === "Escape" && !document.querySelector("dialog[open], [aria-modal='true']");
    pressed = counts ? [...pressed.filter((moment) => event.timeStamp - moment < WITHIN), event.timeStamp] : [];
    if (pressed.length >= PRESSES) leave();
  }, true); /* before anything closes: what was open when the key was pressed decides */

  document.getElementById("leave-keys").hidden = false;
  exit.setAttribute("aria-describedby", "leave-keys");
})();
