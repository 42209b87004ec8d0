/* What makes pages quicker to use; every page works without it. */
(function (d, w) {
  "use strict";
  var body = d.body.dataset, words = (body.words || "|||").split("|"), store = null;
  d.documentElement.classList.add("js");
  try { store = w.sessionStorage; } catch (e) { /* forbidden by the browser: no drafts */ }
  function make(tag, css, text) { var n = d.createElement(tag); n.className = css; n.textContent = text || ""; if (tag === "button") n.type = tag; return n; }
  function one(css) { return d.querySelector(css); }

  function copy(box) {
    var area = box.querySelector("textarea"), word = box.querySelector("summary span"), was = word.textContent;
    function done() { word.textContent = box.dataset.done; setTimeout(function () { word.textContent = was; }, 2000); }
    function byHand() { box.open = true; area.select(); if (d.execCommand("copy")) done(); }
    if (navigator.clipboard) navigator.clipboard.writeText(area.value).then(done, byHand); else byHand();
  }

  function sheet(url, opener) {
    fetch(url).then(function (r) { if (!r.ok) throw r; return r.text(); }).then(function (text) {
      var main = new DOMParser().parseFromString(text, "text/html").getElementById("main"), old = one("#sheet");
      var box = make("aside", "s-sheet"), bar = make("div", "s-sheet-bar"), full = make("a", "btn btn-quiet", words[0]), close = make("button", "btn btn-quiet", words[1]);
      if (old) old.remove();
      box.id = "sheet"; box.tabIndex = -1; full.href = url;
      box.setAttribute("role", "dialog"); box.setAttribute("aria-label", main.querySelector("h1").textContent);
      close.onclick = function () { box.remove(); opener.focus(); };
      bar.append(full, close); box.append(bar);
      while (main.firstChild) box.append(main.firstChild);
      d.body.append(box); box.focus();
      if (w.htmx) w.htmx.process(box);
    }).catch(function () { location.href = url; });
  }

  d.addEventListener("click", function (e) {
    var t = e.target, hit, menu = one("[data-menu][open]");
    if (!t.closest) return;
    if (menu && !menu.contains(t)) menu.open = false;
    if ((hit = t.closest("[data-copy] summary"))) { e.preventDefault(); copy(hit.parentNode); return; }
    if ((hit = t.closest("[data-day]"))) { var f = d.getElementById(hit.dataset.for); f.type = "date"; f.value = hit.dataset.day; return; }
    if (e.ctrlKey || e.metaKey || e.shiftKey) return;
    if ((hit = t.closest("a[data-sheet]")) && w.matchMedia("(min-width: 62em)").matches) { e.preventDefault(); sheet(hit.href, hit); return; }
    if ((hit = t.closest("tr[data-open]")) && !t.closest("a,button,input,label,select,summary") && !String(getSelection())) hit.querySelector("a").click();
  });
  d.addEventListener("keydown", function (e) {
    if (e.key !== "Escape") return;
    var shut = one(".s-sheet-bar button"), menu = one("[data-menu][open]");
    if (shut) shut.click(); else if (menu) { menu.open = false; menu.firstElementChild.focus(); }
  });

  if (store) d.querySelectorAll("textarea[data-draft]").forEach(function (area) {
    var key = ["draft", body.person, location.pathname, area.name].join(":"), kept = store.getItem(key);
    if (kept && !area.value) {
      var note = make("p", "s-draft", words[2]), drop = make("button", "", words[3]);
      area.value = kept;
      drop.onclick = function () { area.value = ""; store.removeItem(key); note.remove(); area.focus(); };
      note.append(drop); area.after(note);
    }
    area.addEventListener("input", function () { try { store.setItem(key, area.value); } catch (e) { /* full: the page still holds the text */ } });
    if (area.form) area.form.addEventListener("submit", function () { store.removeItem(key); });
  });
  if (store && one("[data-sign-out]")) one("[data-sign-out]").addEventListener("submit", function () { store.clear(); });
  if (one("#error-summary")) one("#error-summary").focus();

  // What a phone keeps for work without a signal is looked after by offline.js: only where something is or may be kept.
  var kept = null;
  try { kept = w.localStorage.getItem("sanzhi-kept"); } catch (e) { /* forbidden: nothing is kept */ }
  if (body.offline && (kept || one("form[data-queue],[data-queue-list]") || (body.keeps && w.matchMedia("(pointer: coarse)").matches))) {
    var more = make("script", ""); more.src = body.offline; d.head.append(more);
  }
})(document, window);
