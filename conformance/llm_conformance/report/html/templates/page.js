"use strict";
(() => {
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const index = JSON.parse($("#index").textContent);
  const place = new Map(index.checks.map(([id], at) => [id, at]));
  const words = index.checks.map(([id, , , rule]) => `${id} ${rule}`.toLowerCase());
  const rows = all(".matrix tbody tr");
  const panel = $("#subject");
  const controls = ["query", "status", "level", "group"].map((id) => $(`#${id}`));
  const unpacked = new Map();
  let shown = null;

  async function unpack(id) {
    if (!unpacked.has(id)) {
      const bytes = Uint8Array.from(atob($(`#${id}`).textContent), (character) => character.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      unpacked.set(id, JSON.parse(await new Response(stream).text()));
    }
    return unpacked.get(id);
  }

  function wanted() {
    const [query, status, level, group] = controls.map((control) => control.value);
    const text = query.trim().toLowerCase();
    const checks = index.checks.map(([, of, at]) => (!level || of === level) && (!group || at === group));
    return {
      active: Boolean(text || status || level || group),
      matches: (codes, spec) => {
        const whole = !text || spec.toLowerCase().includes(text);
        return checks.map((ok, at) => ok && codes[at] !== "." && (!status || status.includes(codes[at])) && (whole || words[at].includes(text)));
      },
    };
  }

  function filterMatrix(filter) {
    const used = new Set();
    let subjects = 0, found = 0;
    for (const row of rows) {
      const groups = new Set();
      filter.matches(row.dataset.codes, row.dataset.spec).forEach((ok, at) => {
        if (ok) { groups.add(index.checks[at][2]); found += 1; }
      });
      row.hidden = groups.size === 0;
      subjects += row.hidden ? 0 : 1;
      for (const cell of row.cells) if (cell.dataset.g) cell.classList.toggle("off", filter.active && !groups.has(cell.dataset.g));
      groups.forEach((group) => used.add(group));
    }
    for (const head of all(".matrix thead th[data-g]")) head.classList.toggle("off", filter.active && !used.has(head.dataset.g));
    $(".matrix").classList.toggle("filtered", filter.active);
    $("#nothing").hidden = subjects > 0;
    $("#count").textContent = filter.active ? `${found} verdicts of ${subjects} models` : "";
  }

  function filterSubject(filter) {
    const row = rows[shown];
    const matches = filter.matches(row.dataset.codes, row.dataset.spec);
    let found = 0;
    for (const group of all(".of-group", panel)) {
      let left = 0;
      for (const check of all(".check", group)) {
        check.hidden = !matches[place.get(check.dataset.check)];
        left += check.hidden ? 0 : 1;
      }
      group.hidden = left === 0;
      if (filter.active && left && !group.open) group.open = true;
      found += left;
    }
    $("#count").textContent = filter.active ? `${found} of ${matches.length} checks` : "";
  }

  function filter() {
    if (shown === null) filterMatrix(wanted());
    else filterSubject(wanted());
  }

  function hideOthers(figure, titles) {
    const calls = all(".call", figure);
    const others = calls.filter((call) => !titles.includes(call.dataset.title));
    if (others.length === 0 || others.length === calls.length) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `show ${others.length} more call${others.length > 1 ? "s" : ""} of this act`;
    for (const call of others) call.hidden = true;
    button.addEventListener("click", () => { for (const call of others) call.hidden = false; button.remove(); });
    figure.append(button);
  }

  async function fill(check) {
    const body = $(".body", check);
    if (body.childNodes.length || !check.open) return;
    const subject = await unpack(`s${shown}`);
    const rules = await unpack("rules");
    body.innerHTML = subject.verdicts[check.dataset.check];
    $(".about-rule", body).innerHTML = rules[check.dataset.check];
    for (const figure of all("[data-figure]", body)) {
      figure.innerHTML = subject.figures[figure.dataset.figure];
      hideOthers(figure, JSON.parse(figure.dataset.calls));
    }
  }

  async function route() {
    const [number, ...rest] = decodeURIComponent(location.hash.slice(1)).split("/");
    const name = rest.join("/");
    const row = number !== "" && /^\d+$/.test(number) ? rows[Number(number)] : undefined;
    if (!row) {
      const before = shown;
      shown = null;
      panel.hidden = true;
      $("#overview").hidden = false;
      filter();
      if (before !== null) $("th a", rows[before])?.focus();
      return;
    }
    if (shown !== Number(number)) {
      shown = Number(number);
      panel.innerHTML = (await unpack(`s${shown}`)).page;
    }
    $("#overview").hidden = true;
    panel.hidden = false;
    filter();
    const group = all(".of-group", panel).find((one) => one.dataset.group === name);
    const check = all(".check", panel).find((one) => one.dataset.check === name);
    if (check) {
      check.hidden = false;
      check.parentElement.hidden = false;
      check.parentElement.open = true;
      check.open = true;
      await fill(check);
    } else if (group) {
      group.hidden = false;
      group.open = true;
    }
    const target = check || group;
    if (target) {
      target.scrollIntoView({ block: "start" });
      $("summary", target).focus({ preventScroll: true });
    } else {
      scrollTo(0, 0);
      $("h2", panel).tabIndex = -1;
      $("h2", panel).focus();
    }
  }

  function step(by) {
    const summaries = all(".of-group[open] > .check > summary, .of-group > summary", panel).filter((one) => one.offsetParent);
    const at = summaries.indexOf(document.activeElement);
    const next = summaries[at < 0 ? 0 : Math.min(Math.max(at + by, 0), summaries.length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  function moveInMatrix(key) {
    const cell = document.activeElement.closest("th, td");
    const row = cell?.parentElement;
    if (!row || !row.dataset.n) return false;
    const visible = rows.filter((one) => !one.hidden);
    const [down, right] = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] }[key];
    let target;
    if (down) target = visible[visible.indexOf(row) + down]?.cells[cell.cellIndex];
    else for (let at = cell.cellIndex + right; row.cells[at] && !target; at += right) target = $("a", row.cells[at]) && row.cells[at];
    ($("a", target ?? cell) ?? document.activeElement).focus();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "Escape") {
      if (typing) { event.target.value = ""; event.target.blur(); filter(); }
      else if (shown !== null) location.hash = "";
    } else if (typing) return;
    else if (event.key === "/") { event.preventDefault(); controls[0].focus(); }
    else if (event.key === "j" || event.key === "k") { if (shown !== null) step(event.key === "j" ? 1 : -1); }
    else if (event.key.startsWith("Arrow") && shown === null && moveInMatrix(event.key)) event.preventDefault();
  });
  panel.addEventListener("toggle", (event) => { if (event.target.matches(".check")) fill(event.target); }, true);
  panel.addEventListener("click", async (event) => {
    if (!event.target.matches(".copy")) return;
    const code = event.target.previousElementSibling;
    getSelection().selectAllChildren(code);
    try {
      await navigator.clipboard.writeText(code.textContent);
      event.target.textContent = "copied";
    } catch {
      event.target.textContent = "selected";
    }
  });
  for (const control of controls) control.addEventListener("input", filter);
  $("#theme").addEventListener("click", () => {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const now = document.documentElement.dataset.theme || (dark ? "dark" : "light");
    document.documentElement.dataset.theme = now === "dark" ? "light" : "dark";
  });
  addEventListener("hashchange", route);
  if (!location.hash && rows.length === 1) location.replace("#0");
  else route();
})();
