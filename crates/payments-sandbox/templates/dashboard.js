// The dashboard without a reload: parts of the page that have changed are replaced, and texts can be copied. Every page works
// without this script.
"use strict";
(() => {
  // The parts as the server sent them, before buttons were added.
  const sent = new Map();
  const live = () => document.querySelectorAll("[data-live]");

  function addCopyButtons(root) {
    // Absent on pages of plain HTTP from other machines.
    if (!navigator.clipboard) return;
    for (const text of root.querySelectorAll("[data-copy]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button small quiet copier";
      button.textContent = "Copy";
      button.setAttribute("aria-label", "Copy " + text.dataset.copy);
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(text.textContent);
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = "Copy"; }, 1500);
      });
      text.after(button);
    }
  }

  // How to find an element again in the part that replaces its own.
  function selectorOf(element) {
    if (element.id) return "#" + CSS.escape(element.id);
    const label = element.getAttribute("aria-label");
    if (label) return "[aria-label=" + CSS.escape(label) + "]";
    const form = element.closest("form");
    if (form) return "form[action=" + CSS.escape(form.getAttribute("action")) + "] button";
    const href = element.getAttribute("href");
    return href ? "a[href=" + CSS.escape(href) + "]" : "summary";
  }

  function replace(part, fresh) {
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    // The row as well: a button disappears when its action is no longer possible.
    const row = focused?.closest("li[id]");
    const selectors = [focused, row].filter(Boolean).map(selectorOf);
    const open = Array.from(part.querySelectorAll("details"), (details) => details.open);
    part.replaceChildren(...fresh.childNodes);
    part.querySelectorAll("details").forEach((details, at) => { if (open[at]) details.open = true; });
    addCopyButtons(part);
    for (const selector of selectors) {
      const found = part.querySelector(selector);
      if (!found) continue;
      found.focus({ preventScroll: true });
      break;
    }
  }

  // A page about a refused action has the address of the action, which is not for reading.
  const address = document.querySelector("link[rel=canonical]")?.href ?? location.pathname + location.search;
  let busy = false;
  let again = false;
  async function refresh() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const part of live()) {
          const fresh = page.getElementById(part.id);
          if (!fresh || sent.get(part.id) === fresh.innerHTML) continue;
          sent.set(part.id, fresh.innerHTML);
          replace(part, fresh);
        }
      }
    } catch {
      // The sandbox has stopped; the stream of events tries again.
    }
    busy = false;
    if (again) { again = false; later(); }
  }

  let timer = 0;
  function later() {
    timer ||= setTimeout(() => { timer = 0; refresh(); }, 150);
  }

  for (const part of live()) sent.set(part.id, part.innerHTML);
  addCopyButtons(document);
  if (sent.size === 0) return;

  const state = document.createElement("span");
  state.className = "live";
  state.setAttribute("role", "status");
  document.querySelector(".bar nav").prepend(state);
  const events = new EventSource("/_sandbox/events");
  events.addEventListener("changed", later);
  // What happened before the stream was open is shown too.
  events.addEventListener("open", () => { state.textContent = "Live"; later(); });
  events.addEventListener("error", () => { state.textContent = "Not connected"; });
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
