// What pages do beyond forms: refresh themselves when something happens at the office, keys, seconds that run out.
(() => {
  "use strict";
  const SILENT = 15000, TURN = 10000; // ms
  let heard = Date.now(), waiting = false, posting = 0, fetching = false;

  const live = () => document.getElementById("live");
  // who is choosing something is not interrupted: the refresh comes when they are done
  const busy = () => {
    const at = document.activeElement;
    return live()?.querySelector("details.menu[open], input[type=radio]:checked") !== null
      || (at && live()?.contains(at) && at.matches("select, input:not([type=checkbox]), textarea"));
  };

  // one at a time, and none beside what somebody does: an answer on its way could be older than what the page shows
  function refresh() {
    if (!live() || !window.htmx) return;
    waiting = true;
    if (busy() || posting || fetching) return;
    waiting = false;
    fetching = true;
    htmx.ajax("GET", live().dataset.live, {source: document.body, target: "#live", select: "#live", swap: "outerHTML"});
  }
  const again = () => { if (waiting) setTimeout(refresh, 0); };

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt === document.body) return;
    posting += 1;
    if (fetching) { waiting = true; htmx.trigger(document.body, "htmx:abort"); }
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.requestConfig?.elt === document.body && busy()) { event.detail.shouldSwap = false; waiting = true; }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt === document.body) fetching = false; else posting -= 1;
    again();
  });

  function listen() {
    if (!live()) return;
    const stream = new EventSource("/api/live");
    let first = true;
    stream.addEventListener("change", () => { alive(); if (!first) refresh(); first = false; });
    stream.addEventListener("alive", alive);
    stream.onopen = () => { if (document.body.classList.contains("offline")) refresh(); };
  }

  function alive() {
    heard = Date.now();
    document.body.classList.remove("offline");
    document.getElementById("offline")?.remove();
  }

  function offline() {
    if (!live() || Date.now() - heard < SILENT || document.body.classList.contains("offline")) return;
    document.body.classList.add("offline");
    const fresh = document.querySelector("[data-fresh]"), listenTo = live().dataset.listen;
    if (fresh) fresh.textContent = fresh.dataset.fresh;
    const said = document.createElement("p");
    said.id = "offline";
    said.className = "strip alarm";
    said.setAttribute("role", "alert");
    said.textContent = listenTo || document.body.dataset.offline;
    document.body.prepend(said);
  }

  function seconds() {
    const shown = document.querySelector("[data-seconds]");
    if (!shown) return;
    const left = Number(shown.dataset.seconds) - 1;
    if (left < 1) { refresh(); return; }
    shown.textContent = shown.textContent.replace(shown.dataset.seconds, left);
    shown.dataset.seconds = left;
    const bar = document.querySelector(".toast progress");
    if (bar) bar.value = left;
  }

  // keys: one calls the next number, which one is this computer's choice (a USB pedal is a keyboard with one key)
  const named = (event) => (event.ctrlKey ? "Control+" : "") + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
  const nextKey = () => { try { return localStorage.getItem("letan.key") || "F8"; } catch { return "F8"; } };
  let choosing = null;

  function showKey() {
    const key = nextKey(), words = document.querySelector("[data-key-shown]"), kbd = document.querySelector(".kbd");
    if (kbd) kbd.textContent = key === " " ? "Space" : key;
    if (words) words.textContent = words.dataset.keyShown.replace("F8", key === " " ? "Space" : key);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelectorAll("details.menu[open]").forEach((d) => { d.open = false; });
    if (choosing) {
      event.preventDefault();
      if (!["Escape", "Tab", "Shift", "Control", "Alt", "Meta"].includes(event.key)) {
        try { localStorage.setItem("letan.key", named(event)); } catch { /* this browser keeps nothing */ }
      }
      choosing.textContent = choosing.dataset.words;
      choosing = null;
      showKey();
      return;
    }
    if (event.repeat || event.altKey || event.metaKey) return;
    const typing = event.target.matches?.("input, select, textarea"), key = named(event);
    if (typing && !/^F\d/.test(key)) return;
    const wanted = key === nextKey() ? "next" : key;
    const button = [...document.querySelectorAll("button[data-key]")].find((b) => b.dataset.key === wanted);
    if (!button) return;
    event.preventDefault();
    if (!button.disabled) button.click();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("#change-key");
    if (!button) return;
    choosing = button;
    button.dataset.words = button.textContent;
    button.textContent = button.dataset.press;
  });

  // which papers somebody has: kept on the phone only
  const place = (box) => `letan.paper.${location.pathname}.${box.dataset.kept}`;
  function papers() {
    document.querySelectorAll("input[data-kept]").forEach((box) => {
      try { box.checked = localStorage.getItem(place(box)) === "1"; } catch { /* nothing kept */ }
    });
  }
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("input[data-kept]")) {
      try { localStorage.setItem(place(event.target), event.target.checked ? "1" : "0"); } catch { /* nothing kept */ }
    }
  });

  let turn = 0;
  function turns() {
    const lists = document.querySelectorAll("[data-turn]");
    if (lists.length) lists.forEach((list, i) => { list.hidden = i !== turn % lists.length; });
  }

  // a television reads calls and announcements aloud, each once, when somebody has asked it to (browsers want a touch first)
  let aloud = false;
  const read = new Set();
  const things = () => [...document.querySelectorAll("[data-say]")];
  const voice = () => speechSynthesis.getVoices().find((v) => v.lang.startsWith(document.documentElement.lang));
  function say() {
    things().filter((e) => !read.has(e.dataset.key)).forEach((e) => {
      read.add(e.dataset.key);
      if (!aloud) return;
      const words = new SpeechSynthesisUtterance(e.dataset.say);
      words.lang = document.documentElement.lang;
      words.voice = voice() || null;
      speechSynthesis.speak(words);
    });
  }
  document.getElementById("aloud")?.addEventListener("click", ({currentTarget: button}) => {
    aloud = !aloud && "speechSynthesis" in window && Boolean(voice());
    button.setAttribute("aria-pressed", aloud);
    if (!aloud && !("speechSynthesis" in window && voice())) button.lastElementChild.textContent = button.dataset.none;
  });
  say();

  document.addEventListener("htmx:afterSwap", () => { showKey(); papers(); turns(); say(); });
  document.addEventListener("toggle", again, true);
  document.addEventListener("focusout", again);
  document.documentElement.classList.add("has-script");
  if (live()?.dataset.every) setInterval(refresh, Number(live().dataset.every)); // what moves without an event
  showKey();
  papers();
  listen();
  setInterval(seconds, 1000);
  setInterval(offline, 1000);
  setInterval(() => { turn += 1; turns(); }, TURN);
  setInterval(refresh, 60000); // ages and ranges move without anything happening
})();
