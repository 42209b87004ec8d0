/* The list of what waits on this phone: each record with its state, what it is about, and what to do next. */
(function (d, w) {
  "use strict";
  const box = d.querySelector("[data-queue-list]"), S = w.Sanzhi;
  if (!box || !S) return;
  const words = box.dataset.words.split("|"), at = name => box.querySelector("[" + name + "]");
  const MARKS = {
    waiting: ["◌", "s-blue", words[0]], received: ["✓", "s-green", words[1]],
    refused: ["!", "s-red", words[2]], login: ["?", "s-amber", words[3]],
  };

  /* 2022-05-25 as people say it. */
  function said(day) {
    const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day || "");
    return parts ? Number(parts[2]) + "月" + Number(parts[3]) + "日" : day;
  }
  function show(item) {
    const row = box.querySelector("template").content.cloneNode(true), mark = MARKS[item.state], title = item.title || {};
    const find = name => row.querySelector(name), doors = title.doors ? words[6].replace("{count}", title.doors) : "";
    find(".s-mark").classList.add(mark[1]);
    find(".s-sign").textContent = mark[0];
    find("[data-state]").textContent = mark[2];
    find("h2").textContent = [title.where, said(title.day), doors].filter(Boolean).join(" · ") || words[9];
    find("[data-sentence]").textContent = item.sentence || (item.state === "refused" ? words[10] : "");
    find("[data-when]").textContent = [title.what, words[7].replace("{when}", new Date(item.kept_at).toLocaleString("zh-CN", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" }))].filter(Boolean).join(" · ");
    const mend = find("[data-mend]"), look = find("[data-look]"), drop = find("[data-drop]");
    if (item.open && item.state !== "received") { mend.href = item.open + "?uid=" + item.uid; mend.hidden = false; }
    if (item.state === "login") find("[data-sign-in]").hidden = false;
    if (item.state === "received" && item.url) { look.href = item.url; look.hidden = false; }
    if (item.state === "refused") {
      drop.hidden = false;
      drop.onclick = () => { if (w.confirm(words[8])) S.drop(item.uid); };
    }
    row.firstElementChild.dataset.state = item.state;
    return row;
  }

  async function draw() {
    const all = await S.items(), rows = all.map(show);
    at("data-items").replaceChildren(...rows);
    at("data-none").hidden = all.length > 0;
    at("data-send-now").hidden = !all.some(i => i.state === "waiting" || i.state === "login");
  }
  async function now() {
    at("data-said").textContent = words[4];
    const how = await S.send();
    at("data-said").textContent = how === "no network" || how === "wait" ? words[5] : "";
    await draw();
  }
  at("data-send-now").addEventListener("click", now);
  S.changed(draw);
  draw().catch(() => { at("data-none").hidden = false; });
})(document, window);
