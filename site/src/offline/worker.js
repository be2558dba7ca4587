// The service worker: keeps the page's files, so that the page works without a network. The build fills in what they are.

const { files, version } = /* FILES */ { files: [], version: "unrolled-" };

self.addEventListener("install", (event) => {
  const all = files.map((file) => new Request(file, { cache: "no-cache" }));
  event.waitUntil(caches.open(version).then((cache) => cache.addAll(all)));
});

// Until the pages of an older version are closed, that version's files are kept: they may still load a part of it.
self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("unrolled-") && name !== version;
  const forget = caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))));
  event.waitUntil(forget.then(() => self.clients.claim()));
});

/** A newer page is better than the one that is kept; the other files have names that change with what they hold. */
async function answer(request) {
  const cache = await caches.open(version);
  if (request.mode === "navigate") return fetch(request).catch(async () => (await cache.match("./")) ?? Response.error());
  const kept = await cache.match(request, { ignoreSearch: true });
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method === "GET" && url.startsWith(self.registration.scope)) event.respondWith(answer(event.request));
});
