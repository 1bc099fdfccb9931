/* "Tell me on this device too": asks the browser, puts what it answers into the form, and lets the form go its way. Without
   this script the page says that the browser cannot do it. */
"use strict";
(() => {
  const part = document.querySelector("[data-push]");
  if (!part || !("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return;
  const show = (name) => {
    for (const one of part.querySelectorAll("[data-push-when]")) one.hidden = one.dataset.pushWhen !== name;
  };
  const say = (name) => {
    show(name);
    part.querySelector(`[data-push-when="${name}"]`).focus(); /* the button is gone: whoever pressed it goes on there */
  };
  const base64url = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

  const form = part.querySelector("form[data-push-begin]");
  if (form) {
    show(Notification.permission === "denied" ? "denied" : "can");
    form.addEventListener("submit", async (event) => {
      if (form.dataset.answered) return;
      event.preventDefault();
      try {
        if ((await Notification.requestPermission()) !== "granted") return say("denied");
        const worker = `${form.dataset.worker}?page=${encodeURIComponent(window.location.pathname)}`;
        await navigator.serviceWorker.register(worker, { scope: "/" });
        const { pushManager } = await navigator.serviceWorker.ready;
        const before = await pushManager.getSubscription();
        if (before) await before.unsubscribe(); /* it may have been asked for with another key */
        const told = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(form.dataset.key) });
        form.elements.endpoint.value = told.endpoint;
        form.elements.p256dh.value = base64url(told.getKey("p256dh"));
        form.elements.auth.value = base64url(told.getKey("auth"));
        form.dataset.answered = "yes";
        form.requestSubmit();
      } catch {
        say("failed");
      }
    });
  }
  const end = part.querySelector("form[data-push-end]");
  if (end) {
    end.addEventListener("submit", async () => {
      const registration = await navigator.serviceWorker.getRegistration("/");
      const told = registration && (await registration.pushManager.getSubscription());
      if (told) await told.unsubscribe();
    });
  }
})();
