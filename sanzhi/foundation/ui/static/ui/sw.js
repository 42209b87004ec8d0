/* The service worker: opens the kept pages without network and keeps nothing else, least of all anybody's pages.
   The server writes self.KEPT before this text (foundation/ui/offline.py); an empty version is the switch that turns it off. */
(function (me) {
  "use strict";
  var kept = me.KEPT, mine = "sanzhi-" + kept.version;

  function get(url) {
    // Straight from the server; a page that now leads to the sign-in page is not the page.
    return fetch(url, { cache: "reload", credentials: "same-origin" }).then(function (answer) {
      if (!answer.ok || answer.redirected) throw new Error(url);
      return answer;
    });
  }

  function drop(all) {
    return caches.keys().then(function (names) {
      return Promise.all(names.filter(function (n) { return n.indexOf("sanzhi-") === 0 && (all || n !== mine); }).map(function (n) { return caches.delete(n); }));
    });
  }

  me.addEventListener("install", function (event) {
    if (!kept.version) { event.waitUntil(me.skipWaiting()); return; }
    // All or nothing: when one cannot be had, the worker before this one stays, with its pages.
    event.waitUntil(caches.open(mine).then(function (cache) {
      return Promise.all(kept.pages.concat(kept.files).map(function (url) {
        return get(url).then(function (answer) { return cache.put(url, answer); });
      }));
    }).then(function () { return me.skipWaiting(); }));
  });

  me.addEventListener("activate", function (event) {
    event.waitUntil(drop(!kept.version).then(function () {
      return kept.version ? me.clients.claim() : me.registration.unregister();
    }));
  });

  function fromCache(url) {
    return caches.open(mine).then(function (cache) { return cache.match(url, { ignoreSearch: true }); });
  }

  me.addEventListener("fetch", function (event) {
    var request = event.request, url = new URL(request.url);
    if (!kept.version || request.method !== "GET" || url.origin !== me.location.origin) return;
    if (request.mode === "navigate") {
      if (kept.pages.indexOf(url.pathname) >= 0) {
        event.respondWith(fromCache(url.pathname).then(function (page) { return page || fetch(request); }));
      } else {
        event.respondWith(fetch(request).catch(function (gone) {
          return fromCache(kept.fallback).then(function (page) { if (page) return page; throw gone; });
        }));
      }
    } else if (kept.files.indexOf(url.pathname) >= 0) {
      event.respondWith(fromCache(url.pathname).then(function (file) { return file || fetch(request); }));
    }
  });
})(self);
