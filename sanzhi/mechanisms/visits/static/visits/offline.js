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

  function count() {
    const doors = all("[name^='door-']"), done = doors.filter(i => i.value);
    doors.forEach(i => i.parentNode.classList.toggle("v-done", Boolean(i.value)));
    one("[data-count]").textContent = done.length + " / " + doors.length;
    all("[data-of]").forEach(offer);
  }
  function doors() {
    const rows = group().households.map(([key, number, surname]) => {
      const row = copy("data-door"), label = row.querySelector("label"), select = row.querySelector("select");
      label.textContent = number + (surname ? " " + surname : "");
      select.name = "door-" + key; select.id = label.htmlFor = "o-door-" + key;
      select.options[0].textContent = words[5];
      return row;
    });
    one("[data-doors]").replaceChildren(...rows);
    one("[data-matters]").replaceChildren();
    one("[data-went]").replaceChildren(...group().went.map(who => {
      const row = d.createElement("div"), box = d.createElement("input"), label = d.createElement("label");
      row.className = "s-choice"; box.type = "checkbox"; box.name = "went"; box.value = who.post; box.checked = who.own;
      box.id = label.htmlFor = "o-went-" + who.post; label.textContent = who.label;
      row.append(box, label);
      return row;
    }));
    count();
  }
  /* The doors that were ticked, to say at which of them something came up. */
  function offer(select) {
    const was = select.value, open = all("[name^='door-']").filter(i => i.value);
    const options = [new Option(words[6], "")].concat(open.map(i => new Option(i.labels[0].textContent, i.name.slice(5))));
    select.replaceChildren(...options);
    select.value = open.some(i => i.name.slice(5) === was) ? was : "";
    named(select);
  }
  function named(select) {
    const box = select.closest(".v-matter"), key = select.value;
    box.querySelectorAll("[data-topic]").forEach(i => { i.name = key ? "topics-" + key : ""; });
    box.querySelector("[data-follow]").name = key ? "follow-" + key : "";
  }
  function matter(key) {
    const box = copy("data-about"), select = box.querySelector("[data-of]"), number = all(".v-matter").length;
    box.querySelectorAll("input").forEach((i, n) => { i.id = "o-matter-" + number + "-" + n; i.parentNode.querySelector("label").htmlFor = i.id; });
    select.onchange = () => named(select);
    one("[data-matters]").append(box);
    offer(select);
    if (key) { select.value = key; named(select); }
    return box;
  }
  function late() { one("[data-late]").hidden = !(form.elements.on.value < S.day(-PAUSE, ahead) || form.elements.late_reason.value || form.dataset.late); }

  function fill(said) {
    const groups = said.fields.find(p => p[0] === "group");
    if (groups) form.elements.group.value = groups[1];
    doors();
    all("[name=went]").forEach(i => { i.checked = false; });
    for (const [name, value] of said.fields) {
      if (/^(topics|follow)-/.test(name)) continue;
      for (const field of all("[name]").filter(i => i.name === name)) {
        if (field.type === "radio" || field.type === "checkbox") field.checked = field.checked || field.value === value;
        else field.value = value;
      }
    }
    count();
    for (const key of new Set(said.fields.filter(p => /^(topics|follow)-/.test(p[0])).map(p => p[0].split("-")[1]))) {
      const box = matter(key), has = (name, value) => said.fields.some(p => p[0] === name && p[1] === value);
      box.querySelectorAll("[data-topic]").forEach(i => { i.checked = has("topics-" + key, i.value); });
      box.querySelector("[data-follow]").checked = said.fields.some(p => p[0] === "follow-" + key);
    }
    if (said.sentence) { one("[data-refused] p").textContent = said.sentence; one("[data-refused]").hidden = false; }
    if (said.code === "visits.late_reason_needed") form.dataset.late = "1";
    late();
  }

  function wrong() {
    const found = [], day = form.elements.on.value;
    if (!day || day > S.day(0, ahead)) found.push(["o-on", words[2]]);
    if (!form.elements.half_day.value) found.push(["o-morning", words[7]]);
    if (!all("[name=went]:checked").length) found.push([(all("[name=went]")[0] || {}).id, words[3]]);
    if (!all("[name^='door-']").some(i => i.value)) found.push([(all("[name^='door-']")[0] || {}).id, words[4]]);
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
    else count();
  });
  form.addEventListener("click", event => {
    const chip = event.target.closest("[data-back]");
    if (chip) { form.elements.on.value = S.day(Number(chip.dataset.back), ahead); late(); }
    if (event.target.closest("[data-matter]")) matter();
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
