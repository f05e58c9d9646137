// The reader: articles in columns, aligned by passage. Whole strings come from Python; nothing here counts offsets into a text.
"use strict";

(() => {
  const {node, all, $, copied, words, count, align, differences} = window.samestory;
  const data = JSON.parse($("data").textContent);
  const articles = new Map(data.articles.map((a) => [a.id, a]));
  const passages = data.passages;
  const MOST = 5, FOLD_WORDS = 45, FOLD_LETTERS = 600;
  const columns = $("columns"), ribbons = $("ribbons");
  const state = {shown: [], view: "same", passage: null};

  // ---- runs: neighbouring pieces of one kind: a numbered passage, boilerplate, a headline or dateline, or own words
  const OWN = -1, FURNITURE = -2, ASIDE = -3;
  function label([text, over, zone]) {
    if (over.length && passages[over[0]].n) return over[0];
    if (over.length || zone === "boilerplate") return FURNITURE;
    return zone ? ASIDE : OWN;
  }
  function runs(article) {
    const found = [];
    for (const piece of article.pieces) {
      const last = found.at(-1), blank = !/\S/.test(piece[0]);
      const passage = blank && last && last.passage < 0 ? last.passage : label(piece);
      if (last && last.passage === passage) last.pieces.push(piece);
      else found.push({passage, pieces: [piece]});
    }
    for (const run of found) run.text = run.pieces.map((p) => p[0]).join("");
    return found;
  }
  const memory = new Map();
  const runsOf = (article) => memory.get(article.id) ?? memory.set(article.id, runs(article)).get(article.id);
  const has = (article, passage) => article.pieces.some((piece) => piece[1].includes(passage));

  // Occurrences of a passage, whole, other passages over the same words or not: neighbouring pieces [from, to) and their text.
  function occurrences(article, passage) {
    const found = [];
    article.pieces.forEach((piece, i) => {
      if (!piece[1].includes(passage)) return;
      const last = found.at(-1);
      if (last && last.to === i) last.to = i + 1, last.text += piece[0];
      else found.push({from: i, to: i + 1, text: piece[0]});
    });
    return found;
  }

  // ---- what is shared by the columns shown
  const shownArticles = () => state.shown.map((id) => articles.get(id));
  function shared() {
    const here = shownArticles();
    return new Set(passages.map((_, i) => i).filter((i) => passages[i].n && here.filter((a) => has(a, i)).length > 1));
  }
  function steps() {
    const order = [];
    const both = state.view === "heat" || state.shown.length === 1 ? new Set(passages.map((_, i) => i).filter((i) => passages[i].n)) : shared();
    for (const article of shownArticles())
      for (const run of runsOf(article))
        if (both.has(run.passage) && !order.includes(run.passage)) order.push(run.passage);
    return order;
  }

  // ---- one column
  function column(article, place) {
    const select = node("select", {"aria-label": `Column ${place + 1}`});
    for (const a of data.articles) {
      const option = node("option", {value: a.id}, `${a.outlet}, ${a.when}`);
      option.selected = a.id === article.id;
      option.disabled = a.id !== article.id && state.shown.includes(a.id);
      select.append(option);
    }
    select.addEventListener("change", () => { state.shown[place] = select.value; draw(); });
    const pick = node("div", {class: "pick"}, select);
    if (state.shown.length > 1 && state.view !== "heat") {
      const close = node("button", {type: "button", "aria-label": `Close the column of ${article.outlet}`}, "×");
      close.addEventListener("click", () => { state.shown.splice(place, 1); draw(); });
      pick.append(close);
    }
    const facts = node("p", {}, `${article.when} · ${article.words.toLocaleString("en")} words · `, node("bdi", {}, article.credit));
    if (article.url) facts.append(" · ", node("a", {href: article.url, rel: "noopener noreferrer nofollow", target: "_blank"}, "original"));
    const header = node("header", {}, pick, node("h2", {}, node("bdi", {}, article.title)), facts, node("p", {class: "absent", hidden: ""}, "Not in this article."));
    const text = node("div", {class: "text", dir: "auto"});
    if (state.view === "heat") heat(article, text);
    else compared(article, text);
    const body = node("div", {class: "body", tabindex: "0", role: "region", "aria-label": `Text of ${article.outlet}`}, text);
    body.addEventListener("scroll", () => requestAnimationFrame(ribbon));
    return node("article", {class: `column ${state.view}`, "data-article": article.id}, header, body);
  }

  function compared(article, into) {
    const both = shared(), here = shownArticles(), alone = state.shown.length === 1;
    for (const run of runsOf(article)) {
      const p = passages[run.passage];
      if (!p) {
        into.append(...unshared(article, run));
        continue;
      }
      const inView = alone || both.has(run.passage);
      const mark = node("span", {class: `run ${p.kind} hue${p.hue} ${inView ? "" : "elsewhere"}`, "data-p": run.passage, tabindex: "-1", role: "mark",
        "aria-label": `Passage ${p.n}, ${p.says}${inView ? "" : ", not in the other columns"}`});
      mark.append(node("span", {class: "no", "aria-hidden": "true"}, String(p.n)));
      const base = here.find((a) => a !== article && has(a, run.passage));  // the leftmost other one
      fill(mark, article, run, base);
      if (state.view === "different" && inView && base && !mark.querySelector(".diff, .change, .gone")) {
        const fold = node("details", {class: `fold same hue${p.hue}`, "data-p": run.passage}, node("summary", {}, `Passage ${p.n}: ${count(run.text)} words, the same in ${base.outlet}`), mark);
        fold.addEventListener("toggle", ribbon);
        into.append(fold);
      } else into.append(mark);
    }
    margins(into);
  }

  function unshared(article, run) {
    const number = count(run.text);
    if (run.passage === FURNITURE && number) {
      const not = node("button", {type: "button", class: "not", hidden: ""}, "Not furniture?");
      not.hidden = !article.named;
      not.addEventListener("click", () => furniture(article.outlet, run.text));
      return [node("details", {class: "fold"}, node("summary", {}, `Boilerplate: ${number} words`), node("div", {class: "in furniture-text"}, run.text.trim()), not)];
    }
    const zone = run.passage === ASIDE ? "aside-text" : "own";
    if (zone === "own" && state.view === "same" && state.shown.length > 1 && (number > FOLD_WORDS || run.text.length > FOLD_LETTERS)) {
      const fold = node("details", {class: "fold only"}, node("summary", {}, `Only here: ${number.toLocaleString("en")} words`, " ", node("span", {class: "begin"}, `“${run.text.trim().slice(0, 60)}…”`)));
      fold.addEventListener("toggle", () => {  // a text of a megabyte is laid out when somebody asks for it
        if (fold.open && !fold.querySelector(".in")) fold.append(node("div", {class: "in"}, run.text.trim()));
        margins(fold.parentElement);
        ribbon();
      });
      return [fold];
    }
    return [node("span", {class: zone}, run.text)];
  }

  // Which words of a run the same passage in ``base`` lacks: its pieces, each cut into stretches as ``differences`` has them.
  function cut(article, run, base) {
    const whole = occurrences(article, run.passage).find((o) => article.pieces.slice(o.from, o.to).includes(run.pieces[0]));
    const stretches = base && differences(occurrences(base, run.passage)[0].text, whole.text);
    if (!stretches) return new Map(run.pieces.map((piece) => [piece, [[piece[0], false]]]));
    const found = new Map();
    for (const piece of article.pieces.slice(whole.from, whole.to)) {
      const here = [];
      for (let left = piece[0]; left || (stretches.length && stretches[0][0] === "");) {
        const [text, differs] = stretches[0], take = left.slice(0, text.length);
        here.push([take, differs]);
        left = left.slice(take.length);
        if (take.length === text.length) stretches.shift();
        else stretches[0] = [text.slice(take.length), differs];
      }
      found.set(piece, here);
    }
    return found;
  }

  // Put a run's words into its mark; changed numbers, quotes and names get a flag in the margin.
  function fill(mark, article, run, base) {
    const stretches = cut(article, run, base);
    for (const piece of run.pieces) {
      const change = article.changes[piece[3]];
      const into = change ? node("span", {class: `change ${change[1]}`}) : mark;
      for (const [text, differs] of stretches.get(piece) ?? [[piece[0], false]])
        if (differs && !text) into.append(node("span", {class: "gone", title: `words of ${base.outlet} are missing here`}, "⌃"));
        else into.append(differs ? node("span", {class: "diff"}, text) : text);
      if (!change) continue;
      const [, type, here, there, outlet] = change;
      const says = `${type} differs: here “${here || "nothing"}”, in ${outlet} “${there || "nothing"}”`;
      into.title = says;
      mark.append(into, node("span", {class: "flag", role: "note", "aria-label": says, title: says}, `${there || "–"} in ${outlet}`));
    }
    mark.normalize();
  }

  function margins(text) {
    requestAnimationFrame(() => {
      let bottom = -1;
      for (const flag of all(".flag", text)) {
        flag.style.marginTop = "";
        const push = Math.max(0, bottom - flag.offsetTop);
        flag.style.marginTop = `${push}px`;
        bottom = flag.offsetTop + push + flag.offsetHeight + 2;
      }
    });
  }

  // ---- heat text: in how many outlets of the event each word stands
  const outletOf = (article) => (article.named ? article.outlet : article.id);  // an unknown outlet differs from every other
  function heat(article, into) {
    const others = new Set(data.articles.map(outletOf)).size - 1;
    const begins = [0], outlets = [];  // of each piece the number of its first word; of each word the outlets that have it
    for (const [text] of article.pieces) {
      for (const _ of words(text)) outlets.push(new Set());
      begins.push(outlets.length);
    }
    passages.forEach((p, number) => {
      if (p.n) for (const mine of occurrences(article, number)) warm(article, number, mine, begins[mine.from], outlets);
    });
    let at = 0;
    for (const run of runsOf(article)) {
      const here = run.pieces.flatMap(([text]) => words(text)), lists = outlets.slice(at, at += here.length);
      if (!passages[run.passage]) { into.append(...unshared(article, run)); continue; }
      const keys = lists.map((set) => [...set].sort().join("\n"));
      for (let i = 0; i < here.length;) {
        let j = i;
        while (j < here.length && (keys[j] === keys[i] || !/\S/.test(here[j]))) j++;
        const list = [...lists[i]].sort(), step = list.length ? Math.max(1, Math.ceil(5 * list.length / Math.max(1, others))) : 0;
        const says = list.length ? `also in ${list.length} of ${others} other outlets: ${list.join(", ")}` : "only here";
        into.append(node("span", {class: `warm warm${step}`, tabindex: "0", role: "mark", "aria-label": says, title: says, "data-p": run.passage, "data-outlets": list.length}, here.slice(i, j).join("")));
        i = j;
      }
    }
  }

  // Add to the words of one occurrence the outlets whose occurrences have them too.
  function warm(article, passage, mine, begin, outlets) {
    const here = article.pieces.slice(mine.from, mine.to).flatMap(([text]) => words(text)), seen = new Map();
    for (const other of data.articles) {
      if (outletOf(other) === outletOf(article)) continue;
      for (const {text} of occurrences(other, passage)) {
        if (!seen.has(text)) seen.set(text, align(words(text), here)?.inB ?? here.map(() => true));  // too long: the passage counts
        seen.get(text).forEach((has, i) => has && outlets[begin + i].add(outletOf(other)));
      }
    }
  }

  // ---- the passage in hand
  function go(passage, from) {
    state.passage = passage;
    for (const part of all(".column")) {
      const marks = all(`.run[data-p="${passage}"]`, part), warm = all(`.warm[data-p="${passage}"]`, part);
      for (const mark of all(".run", part)) mark.classList.toggle("current", mark.dataset.p === String(passage));
      const target = marks[0] ?? warm[0];
      part.querySelector(".absent").hidden = passage === null || Boolean(target);
      if (!target || passage === null) continue;
      const fold = target.closest("details");
      if (fold) fold.open = true;
      const body = part.querySelector(".body");
      if (body.contains(from)) continue;
      const height = from ? from.getBoundingClientRect().top - from.closest(".body").getBoundingClientRect().top : 90;
      body.scrollTop += target.getBoundingClientRect().top - body.getBoundingClientRect().top - Math.max(20, height);
    }
    say();
    remember();
    requestAnimationFrame(ribbon);
  }

  function say() {
    const order = steps(), p = passages[state.passage];
    const says = $("says");
    if (!p) {
      const what = state.view === "heat" ? "The warmer a word, the more outlets of this event have it; hover or tab to a word for the list." :
        order.length ? `${order.length} ${order.length === 1 ? "passage" : "passages"} shared by the articles shown. Press j for the first.` :
        state.shown.length > 1 ? "The articles shown share no passage." : "One article is shown; add a column to compare.";
      says.replaceChildren(what);
      return;
    }
    const at = order.indexOf(state.passage);
    says.replaceChildren(node("span", {class: `chip ${p.kind} hue${p.hue}`}, String(p.n)), node("b", {}, p.says),
      node("span", {}, `${p.words} words, in ${p.outlets} ${p.outlets === 1 ? "outlet" : "outlets"}; `, node("bdi", {}, p.first), `. Why: ${p.reason || "not said"}.`));
    if (at >= 0) says.append(node("small", {}, `${at + 1} of ${order.length} here`));
    if (p.page) says.append(node("a", {href: p.page}, "all wordings"));
  }

  function step(by) {
    const order = steps();
    if (!order.length) return;
    const at = order.indexOf(state.passage);
    const next = at < 0 ? (by > 0 ? 0 : order.length - 1) : (at + by + order.length) % order.length;
    go(order[next], null);
    const mark = document.querySelector(`.run[data-p="${order[next]}"]`);
    mark?.focus({preventScroll: true});
  }

  // ---- ribbons between neighbouring columns
  function ribbon() {
    ribbons.replaceChildren();
    const parts = all(".column");
    if (parts.length < 2 || state.view === "heat" || getComputedStyle(columns).flexDirection === "column") return;
    const frame = columns.getBoundingClientRect();
    const both = shared();
    for (let i = 0; i + 1 < parts.length; i++) {
      const [left, right] = [parts[i], parts[i + 1]].map((part) => ({box: part.querySelector(".body").getBoundingClientRect(), part}));
      for (const p of both) {
        const ends = [left, right].map(({box, part}) => {
          const mark = visible(part, p);
          if (!mark) return null;
          const r = mark.getBoundingClientRect();
          const clamp = (y) => Math.min(Math.max(y, box.top), box.bottom) - frame.top;
          return {top: clamp(r.top), bottom: clamp(r.bottom), seen: r.bottom > box.top && r.top < box.bottom};
        });
        if (!ends[0] || !ends[1] || (!ends[0].seen && !ends[1].seen)) continue;
        const x0 = left.box.right - frame.left, x1 = right.box.left - frame.left, middle = (x0 + x1) / 2;
        const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
        const [a, b] = ends;
        path.setAttribute("d", `M${x0} ${a.top}C${middle} ${a.top} ${middle} ${b.top} ${x1} ${b.top}L${x1} ${Math.max(b.bottom, b.top + 2)}C${middle} ${Math.max(b.bottom, b.top + 2)} ${middle} ${Math.max(a.bottom, a.top + 2)} ${x0} ${Math.max(a.bottom, a.top + 2)}Z`);
        path.setAttribute("class", `hue${passages[p].hue}${p === state.passage ? " current" : ""}`);
        ribbons.append(path);
      }
    }
  }
  const visible = (part, p) => all(`[data-p="${p}"]`, part).find((mark) => mark.getClientRects().length);

  // ---- drawing and remembering
  function draw() {
    for (const part of all(".column")) part.remove();
    const here = state.view === "heat" ? state.shown.slice(0, 1) : state.shown;
    here.forEach((id, place) => columns.append(column(articles.get(id), place)));
    $("add").hidden = state.view === "heat" || state.shown.length >= Math.min(MOST, data.articles.length);
    for (const radio of all("input[name=view]")) radio.checked = radio.value === state.view;
    const form = document.querySelector("form.correction[data-correction=pair]");
    form.elements.a.replaceChildren(...data.articles.map((a) => node("option", {value: a.id}, `${a.outlet}, ${a.when}`)));
    form.elements.a.value = state.shown[0] ?? "";
    if (state.shown[1]) form.elements.b.value = state.shown[1];
    form.dispatchEvent(new Event("filled"));
    if (state.passage !== null) go(state.passage, null);
    else { say(); remember(); requestAnimationFrame(ribbon); }
  }

  function fragment() {
    const parts = [`a=${state.shown.map(encodeURIComponent).join(",")}`];
    if (state.passage !== null) parts.push(`p=${passages[state.passage].id}`);
    if (state.view !== "same") parts.push(`view=${state.view}`);
    return `#${parts.join("&")}`;
  }
  let written = null;
  function remember() {
    written = fragment();
    if (location.hash !== written) history.replaceState(null, "", written);
  }
  function recall() {
    const given = new Map(location.hash.slice(1).split("&").map((part) => part.split("=")));
    const decoded = (given.get("a") ?? "").split(",").filter(Boolean).map((id) => { try { return decodeURIComponent(id); } catch { return ""; } });
    const known = [...new Set(decoded)].filter((id) => articles.has(id)).slice(0, MOST);
    state.shown = known.length ? known : data.open;
    const p = passages.findIndex((passage) => passage.id === given.get("p"));
    state.passage = p < 0 ? null : p;
    state.view = ["same", "different", "heat"].includes(given.get("view")) ? given.get("view") : "same";
    draw();
  }

  function furniture(outlet, text) {
    const form = $("furniture");
    form.hidden = false;
    form.elements.outlet.value = outlet;
    form.elements.text.value = text.trim().replace(/\s+/g, " ").slice(0, 1000);
    form.dispatchEvent(new Event("filled"));
    form.elements.note.focus();
  }

  columns.addEventListener("click", (e) => {
    const mark = e.target.closest(".run");
    if (mark && !String(getSelection())) go(Number(mark.dataset.p), mark);
  });
  columns.addEventListener("keydown", (e) => {
    const mark = e.target.closest?.(".run");
    if (e.key === "Enter" && mark && e.target === mark) go(Number(mark.dataset.p), mark);
  });
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.matches?.("input:not([type=radio]), select, textarea")) return;
    if (e.key === "j") step(1);
    else if (e.key === "k") step(-1);
    else if (e.key === "d") { state.view = state.view === "same" ? "different" : "same"; draw(); }
    else if (e.key === "f") { const folds = all("details.fold", columns), open = folds.some((fold) => !fold.open); for (const fold of folds) fold.open = open; }
    else if (e.key === "Escape") go(null, null);
  });
  for (const radio of all("input[name=view]")) radio.addEventListener("change", () => { state.view = radio.value; draw(); });
  $("before").addEventListener("click", () => step(-1));
  $("next").addEventListener("click", () => step(1));
  $("add").addEventListener("click", () => {
    const next = data.articles.find((a) => !state.shown.includes(a.id));
    if (next) state.shown.push(next.id), draw();
  });
  $("link").addEventListener("click", async () => { $("told").textContent = (await copied(location.href)) ? "Link copied." : "Copy it from the address bar."; });
  addEventListener("resize", () => requestAnimationFrame(ribbon));
  addEventListener("hashchange", () => { if (location.hash !== written) recall(); });
  addEventListener("scroll", () => requestAnimationFrame(ribbon), {passive: true});
  recall();
})();
