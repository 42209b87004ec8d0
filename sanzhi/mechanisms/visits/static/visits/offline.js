/* The outing form without network: made from what the phone keeps of one's own groups, saved into its queue. */
(function (d, w) {
  "use strict";
  const S = w.Sanzhi, form = d.querySelector("form[data-queue='visits.record'][data-first]");
  const PAUSE = 7;  // so many days back a week may be closed already
  let list = null, ahead = 0;

  /* What the list of waiting records says of an outing; the form of the page with network is described the same way. */
  (w.SanzhiForms = w.SanzhiForms || {})["visits.record"] = f => {
    const chosen = Array.from(f.querySelectorAll("[name^='door-']")).filter(i => (i.type === "radio" ? i.checked : true) && i.value);
    const group = f.elements.group, where = f.dataset.where || (group.selectedOptions ? group.selectedOptions[0].textContent : "");
    return { what: f.dataset.what || f.dataset.words.split("|")[0], where, day: f.elements.on.value, doors: chosen.length };
  };
  if (!form || !S) return;
  const words = form.dataset.words.split("|"), one = css => form.querySelector(css), all = css => Array.from(form.querySelectorAll(css));
  const copy = name => d.querySelector("template[" + name + "]").content.firstElementChild.cloneNode(true);
  const group = () => list.groups.find(g => String(g.id) === form.elements.group.value);
  if (/(^|; )elder=1/.test(d.cookie)) d.documentElement.classList.add("elder");

  const picks = () => all(".v-pick:checked");  // the doors chosen; the bar counts them by its style, as on the page with network

  /* A door is the line of the page with network: its fields get the household's key. */
  function door([key, number, surname]) {
    const row = copy("data-door"), who = row.querySelector(".v-who");
    who.id = "who-" + key; row.setAttribute("aria-labelledby", who.id);
    who.querySelector("b").textContent = number;
    if (surname) who.append(" " + words[6].replace("{surname}", surname));
    row.querySelector("summary span").textContent = "：" + number;
    row.querySelectorAll("input").forEach(i => {
      i.name = i.dataset.of + "-" + key;
      i.id = i.nextElementSibling.htmlFor = i.name + "-" + (i.value || "none");
    });
    return row;
  }
  function doors() {
    const homes = group().households;
    one("[data-doors]").replaceChildren(...homes.map(door));
    one("[data-many]").textContent = words[8].replace("{count}", homes.length);
    one("[data-went]").replaceChildren(...group().went.flatMap(who => {
      const box = d.createElement("input"), label = d.createElement("label");
      box.type = "checkbox"; box.name = "went"; box.value = who.post; box.checked = who.own;
      box.id = label.htmlFor = "o-went-" + who.post; label.textContent = who.label;
      return [box, label];
    }));
  }
  /* 全部见面: what was chosen already stays. */
  function everyone() {
    all(".v-door").forEach(row => { if (!row.querySelector(".v-pick:checked")) row.querySelector(".v-pick").checked = true; });
  }
  function late() { one("[data-late]").hidden = !(form.elements.on.value < S.day(-PAUSE, ahead) || form.elements.late_reason.value || form.dataset.late); }

  function fill(said) {
    const groups = said.fields.find(p => p[0] === "group");
    if (groups) form.elements.group.value = groups[1];
    doors();
    all("[name=went]").forEach(i => { i.checked = false; });
    for (const [name, value] of said.fields) {
      for (const field of all("[name]").filter(i => i.name === name)) {
        if (field.type !== "radio" && field.type !== "checkbox") { field.value = value; continue; }
        if (field.value !== value && field.dataset.of !== "follow") continue;
        field.checked = true;
        const more = field.closest("details");
        if (more) more.open = true;
      }
    }
    if (said.sentence) { one("[data-refused] p").textContent = said.sentence; one("[data-refused]").hidden = false; }
    if (said.code === "visits.late_reason_needed") form.dataset.late = "1";
    late();
  }

  function wrong() {
    const found = [], day = form.elements.on.value;
    if (!day || day > S.day(0, ahead)) found.push(["o-on", words[2]]);
    if (!form.elements.half_day.value) found.push(["o-morning", words[5]]);
    if (!all("[name=went]:checked").length) found.push([(all("[name=went]")[0] || {}).id, words[3]]);
    if (!picks().length) found.push([(one(".v-pick") || {}).id, words[4]]);
    for (const row of all(".v-door")) {  // what is said of a door nobody chose would be lost
      const first = row.querySelector(".v-pick"), said = row.querySelector(".v-more input:checked");
      if (said && !row.querySelector(".v-pick:checked")) found.push([first.id, words[7].replace("{door}", row.querySelector("b").textContent)]);
    }
    one("[data-errors] h2").textContent = words[1];
    one("[data-errors] ul").replaceChildren(...found.map(([id, said]) => {
      const row = d.createElement("li"), link = d.createElement("a");
      link.href = "#" + id; link.textContent = said; row.append(link);
      return row;
    }));
    one("[data-errors]").hidden = !found.length;
    if (found.length) one("[data-errors]").focus();
    return found.length > 0;
  }

  let mended = null;
  form.addEventListener("submit", async event => {
    event.preventDefault();
    if (form.dataset.busy || wrong()) return;
    form.dataset.busy = "1";
    // What was received under its uid already stays as it is: this is then another record.
    if (mended && /^(receipts|http)\./.test(mended.code || "")) form.elements.uid.value = S.uuid();
    await S.enqueue(form, mended && mended.uid);
    w.location.assign(S.queue);
  });
  form.addEventListener("change", event => {
    if (event.target.name === "group") doors();
    else if (event.target.name === "on") late();
  });
  form.addEventListener("click", event => {
    const chip = event.target.closest("[data-back]");
    if (chip) { form.elements.on.value = S.day(Number(chip.dataset.back), ahead); late(); }
    if (event.target.closest("[data-all]")) everyone();
  });

  async function open() {
    // What lies here is shown at once, however slow the network is; only where nothing lies yet it is waited for.
    const kept = () => S.list(d.body.dataset.keeps).catch(() => null);
    list = await kept() || await S.ready.then(kept);
    if (!list || !list.groups.length) { d.querySelector("[data-none]").hidden = false; return; }
    ahead = (await S.whose()).ahead;
    form.elements.group.replaceChildren(...list.groups.map(g => new Option(g.name, g.id)));
    const asked = new URLSearchParams(w.location.search), hour = new Date().getHours();
    if (list.groups.some(g => String(g.id) === asked.get("group"))) form.elements.group.value = asked.get("group");
    form.elements.uid.value = S.uuid();
    form.elements.on.value = S.day(0, ahead);
    form.elements.half_day.value = hour < 12 ? "morning" : hour < 17 ? "afternoon" : "evening";
    doors();
    mended = asked.get("uid") ? (await S.items()).find(i => i.uid === asked.get("uid") && i.state !== "received") : null;
    if (mended) fill(mended);
    form.hidden = false;
  }
  open().catch(() => { d.querySelector("[data-none]").hidden = false; });
})(document, window);
