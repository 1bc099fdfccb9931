/* Passkeys: the browser is asked for one, and what it says is sent with the form. Its options stand in data-options, or are
   fetched from where the form goes. Without script these forms stay hidden: a code by mail or the digits are the way. */
"use strict";
(() => {
  if (!window.PublicKeyCredential || !window.webauthnJSON) return;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      if (form.dataset.answered) return;
      event.preventDefault();
      form.querySelector("[data-failed]").hidden = true;
      try {
        const options = form.dataset.options
          ? JSON.parse(form.dataset.options)
          : (await (await fetch(form.action, { headers: { Accept: "application/json" } })).json()).request_options;
        const answer = await window.webauthnJSON[form.dataset.passkey](options);
        form.querySelector("[name=credential]").value = JSON.stringify(answer);
        form.dataset.answered = "yes";
        form.requestSubmit();
      } catch {
        form.querySelector("[data-failed]").hidden = false;
      }
    });
  }
})();
