// Search from static files: asks the index that Pagefind made when the site was built, and shows what it finds.
// Loaded by search.html alone. What comes from the index is put on the page as text, never as HTML.
(() => {
  "use strict";
  const PER_PAGE = 10, PLACES = 3, OPEN_MONTHS = 3, HOW = { excerptLength: 28 };
  const byId = (id) => document.getElementById(id);
  const form = byId("search-form"), words = byId("search-words"), status = byId("search-status");
  const results = byId("search-results"), list = byId("search-list"), more = byId("search-more");
  if (!form) return;

  const say = (text) => { status.textContent = text; };
  const make = (tag, content, className) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...[content].flat());
    return element;
  };

  if (location.protocol === "file:") {
    say("This page was opened as a file, and search needs a web server: run python3 make.py preview, or use the list below.");
    return;
  }

  // The index is in parts, so that a build makes only those anew that changed; all are asked together.
  const PARTS = new URL("pagefind/", location.href);
  const series = new Map(); // of a result that is a report: its series, and its month
  const loadAll = async () => {
    const known = await fetch(new URL("parts.json", PARTS), { cache: "no-cache" }).then((answer) => answer.json());
    for (const [name, months] of Object.entries(known.reports)) {
      for (const [month, id] of Object.entries(months)) series.set(id, { name, month });
    }
    const loaded = await import(new URL("pagefind.js", PARTS).href);
    await loaded.options(HOW);
    await Promise.all(known.parts.map((name) => loaded.mergeIndex(new URL(`${name}/`, PARTS).pathname, HOW)));
    return loaded;
  };
  let loading = null; // begins with the first search, so that the list alone costs nothing; once, for parts add up
  const load = () => (loading ??= loadAll());

  // An excerpt is text with <mark> around the words that were found. Everything else in it is shown as text.
  const marked = (excerpt) => {
    const parsed = new DOMParser().parseFromString(excerpt, "text/html").body;
    return [...parsed.childNodes].map((node) => (node.nodeName === "MARK" ? make("mark", node.textContent) : node.textContent));
  };
  const link = (url, text) => {
    const anchor = make("a", text);
    anchor.href = new URL(url, location.href).pathname + new URL(url, location.href).hash;
    return anchor;
  };
  // The sections of a page that hold most of what was found, in the order of the page.
  const places = (data) => {
    const inside = data.sub_results.filter((place) => place.url !== data.url);
    const most = [...inside].sort((a, b) => b.locations.length - a.locations.length).slice(0, PLACES);
    return inside.filter((place) => most.includes(place));
  };
  // Earlier months of one report stand under the newest that was found: few as links, many folded.
  const MONTH = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
  const monthLink = ({ name, month }) => {
    const [authority, kind] = name.split("/");
    return link(`reports/${authority}/${month}/${kind}/`, MONTH.format(new Date(`${month}-01T00:00:00Z`)));
  };
  const earlier = (months) => {
    const links = months.flatMap((each, i) => (i ? [", ", monthLink(each)] : [monthLink(each)]));
    if (months.length <= OPEN_MONTHS) return make("p", ["Also in ", ...links], "earlier");
    const fold = make("details", [make("summary", `Also in ${months.length} earlier months`), make("p", links)]);
    fold.className = "earlier";
    return fold;
  };
  const entry = (data, months) => {
    const facts = [data.meta.kind, data.meta.authority, data.meta.position].filter(Boolean);
    const tag = data.meta.demonstration ? [" ", make("span", "Demonstration: made-up figures", "tag")] : [];
    const item = make("li", [make("h3", link(data.url, data.meta.title)), make("p", [facts.join(", "), ...tag], "when")]);
    const found = places(data);
    if (!found.length) item.append(make("p", marked(data.excerpt)));
    else item.append(make("ul", found.map((place) =>
      make("li", [make("p", link(place.url, place.title), "place"), make("p", marked(place.excerpt))]))));
    if (months.length) item.append(earlier(months));
    return item;
  };

  // The same question in other words of the glossary; not of a phrase in quotation marks, which is meant as it is.
  const ways = JSON.parse(byId("search-ways")?.dataset.ways ?? "[]");
  const plain = (text) => ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim()} `;
  const inOtherWords = (query) => (query.includes('"') ? [] : ways.flatMap((names) => {
    const said = names.flatMap((each) => [each, `${each}s`]).find((each) => plain(query).includes(plain(each)));
    return names.filter((each) => said && each !== said && `${each}s` !== said)
      .map((each) => plain(query).replace(plain(said), plain(each)).trim());
  }));
  // What answers one wording or another, each once, the best answer first.
  const together = (answers) => {
    const best = new Map();
    for (const result of answers.flatMap((answer) => answer.results)) {
      const id = result.id ?? result;
      if (!(best.get(id)?.score >= result.score)) best.set(id, result);
    }
    return [...best.values()].sort((a, b) => b.score - a.score);
  };
  // Pages as entries of the list: a report with the earlier months of it that were found as well, where the best stood.
  const grouped = (pages) => {
    const entries = new Map();
    for (const page of pages) {
      const { name, month } = series.get(page.id ?? page) ?? { name: page, month: "" };
      entries.set(name, [...(entries.get(name) ?? []), { page, name, month }]);
    }
    return [...entries.values()].map((all) => {
      const [newest, ...months] = all.sort((a, b) => b.month.localeCompare(a.month));
      return { page: newest.page, months };
    });
  };
  const ask = async (index, query, filters) =>
    together(await Promise.all([query, ...inOtherWords(query)].map((each) => index.search(each, { filters }))));

  let found = [], pages = 0, shown = 0, call = 0;
  const count = (number) => (number === 1 ? "1 page" : `${number} pages`);
  const showMore = async (mine, focus) => {
    const next = await Promise.all(found.slice(shown, shown + PER_PAGE)
      .map(async ({ page, months }) => entry(await page.data(), months)));
    if (mine !== call) return; // a newer search has begun
    list.append(...next);
    shown += next.length;
    more.hidden = shown >= found.length;
    results.hidden = !shown;
    const part = shown < found.length ? ` The first ${shown}${pages > found.length ? " results" : ""} are shown.` : "";
    const how = pages > found.length ? " Earlier months of a report stand under the newest." : "";
    say(found.length ? `${count(pages)} found for “${words.value.trim()}”.${how}${part}` : `Nothing found for “${words.value.trim()}”.`);
    if (focus && next.length) next[0].querySelector("a").focus();
  };

  const title = document.title;
  const search = async () => {
    const mine = ++call, query = words.value.trim();
    list.replaceChildren();
    more.hidden = results.hidden = true;
    [found, pages, shown] = [[], 0, 0];
    document.title = query ? `${query} – ${title}` : title;
    if (!query) return say("");
    say("Searching …");
    try {
      const index = await load();
      // The demonstration is for those who try the software out, so whatever is found in it comes last.
      const real = await ask(index, query, { not: { demonstration: "yes" } });
      const madeUp = await ask(index, query, { demonstration: "yes" });
      if (mine !== call) return;
      pages = real.length + madeUp.length;
      found = [...grouped(real), ...grouped(madeUp)];
      await showMore(mine, false);
    } catch (error) {
      if (mine === call) say("Search does not work in this copy of the site. Every page is listed below.");
    }
  };
  const fromAddress = () => {
    words.value = new URLSearchParams(location.search).get("q") ?? "";
    return search();
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const address = new URL(location.href);
    address.hash = "";
    address.search = new URLSearchParams({ q: words.value.trim() });
    history.pushState(null, "", address);
    search();
  });
  more.addEventListener("click", () => showMore(call, true));
  addEventListener("popstate", fromAddress);
  fromAddress();
})();
