/* The square on a member card carries its code behind the "#", which no server and no log ever sees: it is put into the
   box and taken out of the address. Without script the code is typed. */
"use strict";
(() => {
  const code = decodeURIComponent(window.location.hash.slice(1));
  const box = document.getElementById("id_code");
  if (!box || !/^[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}$/.test(code)) return;
  history.replaceState(null, "", window.location.pathname);
  box.value = code;
})();
