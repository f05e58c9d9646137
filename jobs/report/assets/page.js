// What every page can do beyond links: search the front page, choose articles, light up a passage, write a correction line.
"use strict";

(() => {
  const $ = (id) => document.getElementById(id);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const node = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  };

  // ---- front page: search, filter, sort
  function search() {
    const form = $("filters"), given = $("index");
    if (!form || !given) return;
    const {outlets, rows} = JSON.parse(given.textContent);
    const [HREF, TITLE, WHEN, FIRST, LAST, ARTICLES, OUTLETS, INDEPENDENT, COPY, WHO, AGENCIES, LANGUAGES, KINDS, KEYWORDS, ID] = [...Array(15).keys()];
    const PAGE = 50;
    let shown = PAGE;
    const body = $("list")?.tBodies[0];
    if (!body) return;
    form.hidden = false;
    const words = rows.map((r) => `${r[TITLE]} ${r[KEYWORDS]} ${r[ID]}`.toLocaleLowerCase());
    const order = {
      largest: (a, b) => b[ARTICLES] - a[ARTICLES],
      newest: (a, b) => (b[FIRST] ?? -Infinity) - (a[FIRST] ?? -Infinity),
      copied: (a, b) => (b[COPY] ?? 0) * (b[OUTLETS] > 1) - (a[COPY] ?? 0) * (a[OUTLETS] > 1) || b[ARTICLES] - a[ARTICLES],
      independent: (a, b) => b[INDEPENDENT] - a[INDEPENDENT] || (a[COPY] ?? 0) - (b[COPY] ?? 0),
    };
    const shade = (share) => (share === null || share < 0.005 ? 0 : Math.min(5, 1 + Math.floor(share * 5)));
    function drawn(r) {
      const title = r[HREF] ? node("a", {href: r[HREF]}, node("bdi", {}, r[TITLE])) : node("bdi", {title: "Not in this folder: samestory serve shows it"}, r[TITLE]);
      const number = (n) => node("td", {class: "n"}, String(n));
      const copy = node("span", {class: `step step${shade(r[COPY])}`}, r[COPY] === null ? "–" : `${Math.round(100 * r[COPY])}%`);
      return node("tr", {}, node("th", {scope: "row"}, title, node("small", {}, node("bdi", {}, r[KEYWORDS]))), node("td", {}, r[WHEN]), number(r[ARTICLES]),
        number(r[OUTLETS]), number(r[INDEPENDENT]), node("td", {class: "n"}, copy), node("td", {}, r[AGENCIES].join(", ") || "–"));
    }
    function update() {
      const f = Object.fromEntries(new FormData(form));
      const wanted = f.words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
      const from = f.from ? Date.parse(f.from) / 1000 : null, to = f.to ? Date.parse(f.to) / 1000 + 86400 : null;
      const found = rows.filter((r, i) =>
        wanted.every((w) => words[i].includes(w)) && (!f.outlet || r[WHO].includes(Number(f.outlet))) &&
        (!f.agency || r[AGENCIES].includes(f.agency)) && (!f.language || r[LANGUAGES].includes(f.language)) &&
        (!f.kind || (f.kind === "-" ? !r[KINDS] : r[KINDS].includes(f.kind))) &&
        (from === null || (r[LAST] !== null && r[LAST] >= from)) && (to === null || (r[FIRST] !== null && r[FIRST] < to)));
      found.sort(order[f.sort] ?? order.largest);
      body.replaceChildren(...found.slice(0, shown).map(drawn));
      $("count").textContent = `${found.length.toLocaleString("en")} of ${rows.length.toLocaleString("en")} events${f.outlet ? ` with ${outlets[Number(f.outlet)]}` : ""}.`;
      $("none").hidden = found.length > 0;
      $("list").hidden = found.length === 0;
      $("more").hidden = found.length <= shown;
    }
    form.addEventListener("input", () => { shown = PAGE; update(); });
    form.addEventListener("submit", (e) => e.preventDefault());
    form.addEventListener("reset", () => setTimeout(update));
    $("clear").addEventListener("click", () => { form.reset(); form.elements.words.focus(); });
    $("more").addEventListener("click", () => { shown += 4 * PAGE; update(); });
    update();
  }

  // ---- event page: choose what to read, light up a passage
  function event() {
    const read = $("read");
    if (read && read.dataset.page) {
      const boxes = all("input[name=read]");
      const update = () => {
        const chosen = boxes.filter((box) => box.checked);
        read.href = `${read.dataset.page}#a=${chosen.map((box) => encodeURIComponent(box.value)).join(",")}`;
        $("chosen").textContent = `${chosen.length} chosen; two to five can be read at once.`;
        for (const box of boxes) box.disabled = chosen.length >= 5 && !box.checked;
      };
      for (const box of boxes) box.addEventListener("change", update);
      update();
    }
    const table = document.querySelector("table.who");
    if (!table) return;
    let lit = null;
    const light = (n) => {
      if (n === lit) return;
      lit = n;
      for (const rect of all(".barcode .p", table)) {
        rect.classList.toggle("lit", n !== null && rect.dataset.n === n);
        rect.classList.toggle("dim", n !== null && rect.dataset.n !== n);
      }
    };
    const at = (e) => light(e.target.dataset?.n ?? e.target.closest?.("tr[data-n]")?.dataset.n ?? null);
    table.addEventListener("pointerover", at);
    table.addEventListener("pointerleave", () => light(null));
    const passages = document.querySelector("table.passages");
    passages?.addEventListener("pointerover", at);
    passages?.addEventListener("focusin", at);
    passages?.addEventListener("pointerleave", () => light(null));
  }

  // ---- corrections: a line of JSON to copy
  const hidden = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;
  const line = (record) => JSON.stringify(record).replace(hidden, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));

  function correction(form) {
    const f = form.elements;
    const update = () => {
      const pair = form.dataset.correction === "pair", two = !pair || (f.b.value && f.a.value !== f.b.value);
      form.querySelector(".said").textContent = two ? "" : "Name two different articles.";
      form.querySelector(".copy").disabled = !two;
      f.line.value = !two ? "" : pair
        ? line({type: f.type.value, a: f.a.value, b: f.b.value, note: f.note.value})
        : line({type: "not-boilerplate", outlet: f.outlet.value, text: f.text.value, note: f.note.value});
    };
    form.addEventListener("input", (e) => { if (e.target !== f.line) update(); });
    form.addEventListener("submit", (e) => e.preventDefault());
    form.querySelector(".copy").addEventListener("click", async () => {
      update();
      form.querySelector(".said").textContent = (await copied(f.line.value, f.line)) ? "Copied." : "Select the line and copy it.";
    });
    form.addEventListener("filled", update);
    update();
  }

  async function copied(text, field) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      field?.select();
      return Boolean(field) && document.execCommand("copy");
    }
  }

  function wrong() {
    for (const form of all("form.correction")) correction(form);
    document.addEventListener("click", (e) => {
      const link = e.target.closest?.("a.wrong");
      if (!link) return;
      const boilerplate = link.dataset.outlet !== undefined;
      const form = document.querySelector(`form.correction[data-correction=${boilerplate ? "boilerplate" : "pair"}]`);
      if (!form) return;
      if (boilerplate) Object.assign(form.elements.outlet, {value: link.dataset.outlet}), Object.assign(form.elements.text, {value: link.dataset.text});
      else form.elements.a.value = link.dataset.article;
      form.dispatchEvent(new Event("filled"));
      setTimeout(() => form.elements.note.focus());
    });
  }

  window.samestory = {copied, node, all, $};
  search();
  event();
  wrong();
})();
