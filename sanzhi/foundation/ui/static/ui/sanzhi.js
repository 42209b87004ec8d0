/* What makes pages quicker to use; every page works without it. */
(function () {
  "use strict";
  var doc = document, root = doc.documentElement;
  root.classList.add("js");
  var store = null;
  try { store = window.sessionStorage; } catch (e) { /* forbidden by the browser: no drafts */ }
  var prefix = "draft:" + (doc.body.dataset.person || "") + ":" + location.pathname + ":";

  function copy(details) {
    var area = details.querySelector("textarea"), word = details.querySelector("summary span"), was = word.textContent;
    function done() { word.textContent = details.dataset.done; setTimeout(function () { word.textContent = was; }, 2000); }
    function byHand() { details.open = true; area.select(); try { if (doc.execCommand("copy")) done(); } catch (e) { /* marked: the person copies */ } }
    if (navigator.clipboard) navigator.clipboard.writeText(area.value).then(done, byHand); else byHand();
  }

  function sheet(url, opener) {
    fetch(url, { credentials: "same-origin", headers: { "X-Sheet": "1" } }).then(function (r) { if (!r.ok) throw r; return r.text(); }).then(function (text) {
      var main = new DOMParser().parseFromString(text, "text/html").getElementById("main");
      if (!main) throw main;
      var old = doc.getElementById("sheet"), box = doc.createElement("aside"), bar = doc.createElement("div"), close = doc.createElement("button"), full = doc.createElement("a");
      if (old) old.remove();
      box.id = "sheet"; box.className = "s-sheet"; box.tabIndex = -1; box.setAttribute("role", "dialog"); box.setAttribute("aria-label", main.querySelector("h1").textContent);
      bar.className = "s-sheet-bar"; full.className = close.className = "btn btn-quiet"; full.href = url; full.textContent = "打开整页"; close.type = "button"; close.textContent = "关闭";
      close.onclick = function () { box.remove(); opener.focus(); };
      bar.append(full, close); box.append(bar);
      while (main.firstChild) box.append(main.firstChild);
      doc.body.append(box); box.focus();
      if (window.htmx) window.htmx.process(box);
    }).catch(function () { location.href = url; });
  }

  doc.addEventListener("click", function (e) {
    var t = e.target, hit;
    if (!t.closest) return;
    if ((hit = t.closest("[data-copy] summary"))) { e.preventDefault(); copy(hit.parentNode); return; }
    if ((hit = t.closest("[data-day]"))) { var f = doc.getElementById(hit.dataset.for); f.type = "date"; f.value = hit.dataset.day; f.dispatchEvent(new Event("change", { bubbles: true })); return; }
    doc.querySelectorAll("details[data-menu][open]").forEach(function (d) { if (!d.contains(t)) d.open = false; });
    if (e.ctrlKey || e.metaKey || e.shiftKey || e.button) return;
    if ((hit = t.closest("a[data-sheet]")) && window.matchMedia("(min-width: 62em)").matches) { e.preventDefault(); sheet(hit.href, hit); return; }
    if ((hit = t.closest("tr[data-open]")) && !t.closest("a,button,input,label,select,textarea,summary") && !String(getSelection())) hit.querySelector("a").click();
  });
  doc.addEventListener("keydown", function (e) {
    if (e.key !== "Escape") return;
    var box = doc.querySelector("#sheet .s-sheet-bar button"), menu = doc.querySelector("details[data-menu][open]");
    if (box) box.click(); else if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  doc.querySelectorAll("textarea[data-draft]").forEach(function (area) {
    if (!store) return;
    var key = prefix + area.name, kept = store.getItem(key);
    if (kept && !area.value) {
      area.value = kept;
      var p = doc.createElement("p"), b = doc.createElement("button");
      p.className = "s-draft"; p.textContent = "已恢复上次没有提交的文字。"; b.type = "button"; b.textContent = "清除";
      b.onclick = function () { area.value = ""; store.removeItem(key); p.remove(); area.focus(); };
      p.append(b); area.after(p);
    }
    area.addEventListener("input", function () { try { store.setItem(key, area.value); } catch (e) { /* full: the page still holds the text */ } });
    if (area.form) area.form.addEventListener("submit", function () { store.removeItem(key); });
  });
  doc.querySelectorAll("form[data-sign-out]").forEach(function (f) { f.addEventListener("submit", function () { if (store) store.clear(); }); });
  var summary = doc.getElementById("error-summary");
  if (summary) summary.focus();
})();
