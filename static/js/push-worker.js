/* Runs in the browser without any page: shows the one sentence that the server sent, and opens the page of messages when it
   is pressed. It keeps nothing and asks for nothing. The page's address stands in our own (see push.js). */
"use strict";
self.addEventListener("push", (event) => {
  const words = event.data ? event.data.text() : "Something is waiting · Quelque chose vous attend";
  event.waitUntil(self.registration.showNotification(words, { tag: "waiting" }));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const page = new URL(new URL(self.location.href).searchParams.get("page") || "/", self.location.origin);
  const there = page.origin === self.location.origin ? page.href : self.location.origin;
  event.waitUntil(
    self.clients.matchAll({ type: "window", includeUncontrolled: true }).then((windows) => {
      const open = windows.find((one) => one.url === there);
      return open ? open.focus() : self.clients.openWindow(there);
    }),
  );
});
