// What the page does without asking the server: theme, address, language, size of figures.
(() => {
  const KEY = "sodai-theme";
  // Gradio says the language of the browser here; it is that of the page which a screen reader must know.
  const speak = () => {
    if (document.documentElement.lang !== window.sodaiLanguage) document.documentElement.lang = window.sodaiLanguage;
  };
  speak();
  new MutationObserver(speak).observe(document.documentElement, { attributes: true, attributeFilter: ["lang"] });

  const stored = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const keep = (theme) => { try { localStorage.setItem(KEY, theme); } catch { /* private window */ } };
  const apply = () => {
    const theme = stored();
    if (theme && document.body) document.body.classList.toggle("dark", theme === "dark");
  };

  // The address says what is open, so that it can be reloaded, shared, and read in the other language.
  const address = (values) => {
    const url = new URL(window.location);
    for (const [name, value] of Object.entries(values)) {
      if (value) url.searchParams.set(name, value); else url.searchParams.delete(name);
    }
    history.replaceState(null, "", url);
  };

  window.sodai = {
    noted: (data) => {
      if (data.do === "customer") address({ customer: data.id });
      if (data.do === "product") address({ product: data.id });
      if (data.to) setTimeout(() => document.getElementById(data.to)?.scrollIntoView({ behavior: "smooth", block: "start" }), 350);
    },
    tab: (name) => address({ tab: name === "customer" ? "" : name }),
  };

  document.addEventListener("click", (event) => {
    const theme = event.target.closest("[data-theme-switch]");
    if (theme) {
      const dark = document.body.classList.toggle("dark");
      keep(dark ? "dark" : "light");
      return;
    }
    const other = event.target.closest("a[data-language]");
    if (other) {
      event.preventDefault();
      window.location.href = other.getAttribute("href") + window.location.search;
    }
  });

  // A figure that was drawn in a hidden tab has no width until it is shown.
  document.addEventListener("click", (event) => {
    if (event.target.closest("[role=tab]")) {
      for (const wait of [60, 300]) setTimeout(() => window.dispatchEvent(new Event("resize")), wait);
    }
  });

  // Open the tab that the address asks for, as soon as there is one.
  const places = { market: 1, analytics: 2 };
  const wanted = places[new URLSearchParams(window.location.search).get("tab")];
  const opening = wanted && setInterval(() => {
    const tab = document.querySelectorAll("#main > .tab-wrapper [role=tab]")[wanted];
    if (tab) { clearInterval(opening); tab.click(); }
  }, 50);

  apply();
  document.addEventListener("DOMContentLoaded", apply);
  window.addEventListener("load", apply);
})();
