// Shows push messages of alerts and opens their thread. Keeps nothing and answers no request of the page.
self.addEventListener('push', (event) => {
  let message = { title: 'Weir', body: '', url: '/alerts', tag: 'weir' };
  try {
    message = { ...message, ...event.data.json() };
  } catch {
    // A message that cannot be read is shown as an alert without words.
  }
  event.waitUntil(
    self.registration.showNotification(message.title, {
      body: message.body,
      tag: message.tag,
      icon: '/favicon.svg',
      data: { url: message.url },
    }),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const { pathname, search } = new URL(event.notification.data.url, self.location.origin);
  // Only ever this app: what the message names is taken as a path.
  const target = self.location.origin + pathname + search;
  event.waitUntil(
    self.clients.matchAll({ type: 'window' }).then((pages) => {
      const open = pages.find((page) => page.url === target);
      return open ? open.focus() : self.clients.openWindow(target);
    }),
  );
});
