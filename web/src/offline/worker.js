/* The service worker: the client's own pages without a line. FILES and VERSION are put in by the build (vite.config.ts). It keeps the files of one build,
 * all or none, and nothing else: what the API answers is one person's and never comes here. A new build waits until the pages say so, so that no page is
 * served half of one and half of the other. */
const VERSION = "__VERSION__";
const FILES = __FILES__;
const NAME = "bihuan-" + VERSION;
const home = new URL("./", self.location.href);
const known = new Set(FILES.map((f) => new URL(f, home).pathname));

self.addEventListener("install", (e) => {
  e.waitUntil(caches.open(NAME).then((c) => c.addAll(FILES.map((f) => new Request(new URL(f, home), { cache: "no-cache" })))));
});
self.addEventListener("activate", (e) => {
  e.waitUntil((async () => {
    for (const n of await caches.keys()) if (n.startsWith("bihuan-") && n !== NAME) await caches.delete(n);
    await self.clients.claim();
  })());
});
self.addEventListener("message", (e) => {
  if (e.data === "take over") void self.skipWaiting();
});
self.addEventListener("fetch", (e) => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== home.origin || !url.pathname.startsWith(home.pathname)) return;
  const inside = url.pathname.slice(home.pathname.length);
  if (inside.startsWith("api/")) return;
  const page = e.request.mode === "navigate" && !/\.[^/]+$/.test(inside);
  if (!page && !known.has(url.pathname)) return;
  e.respondWith(caches.open(NAME).then((c) => c.match(page ? new URL("index.html", home) : url.href, { ignoreSearch: true })).then((r) => r ?? fetch(e.request)));
});
