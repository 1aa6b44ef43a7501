"use strict";
(() => {
  const root = document.documentElement;
  const specs = JSON.parse(document.getElementById("figures").textContent);
  const narrow = () => window.innerWidth < 760;

  const resolved = (value, style) => {
    if (typeof value === "string") {
      const found = /^var\((--[a-z]+)\)$/.exec(value);
      return found ? style.getPropertyValue(found[1]).trim() : value;
    }
    if (Array.isArray(value)) return value.map((one) => resolved(one, style));
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one, style)]));
    }
    return value;
  };

  // Long labels break into two lines, so that bars keep their room; the hover has them in full.
  const wrapped = (text, width) => {
    const lines = [""];
    for (const word of text.split(" ")) {
      const longer = (lines[lines.length - 1] + " " + word).trim();
      if (longer.length <= width || !lines[lines.length - 1]) lines[lines.length - 1] = longer;
      else if (lines.length < 2) lines.push(word);
      else return lines.join("<br>") + "…";
    }
    return lines.join("<br>");
  };

  // Plotly knows English alone; a browser knows what other languages call the months.
  const months = (month) => Array.from({ length: 12 }, (_, at) =>
    new Intl.DateTimeFormat("es", { month, timeZone: "UTC" }).format(Date.UTC(2024, at)));
  Plotly.register({
    moduleType: "locale", name: "es", dictionary: {},
    format: { months: months("long"), shortMonths: months("short") },
  });

  const draw = (plot) => {
    const spec = specs[plot.dataset.figure];
    const words = spec[root.lang];
    const style = getComputedStyle(root);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = (own, title, ticks) => ({
      gridcolor: colour("--grid"), zerolinecolor: colour("--rule"), linecolor: colour("--rule"),
      automargin: true, fixedrange: true, ...own,
      ...(title ? { title: { text: title, standoff: 8 } } : {}),
      ...(ticks ? { tickmode: "array", ticktext: ticks.map((one) => wrapped(one, narrow() ? 24 : 58)) } : {}),
    });
    const data = spec.data.map((trace, at) => ({
      ...trace,
      name: words.names[at],
      hovertemplate: words.hover[at],
      ...(trace.type === "bar" && words.yticks ? { hovertext: words.yticks } : {}),
    }));
    const layout = {
      height: 330,
      ...spec.layout,
      margin: { l: 10, r: 14, t: 10, b: 10 },
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("--ink") },
      hoverlabel: { font: { size: 12 } },
      separators: root.lang === "es" ? ",." : ".,",
      showlegend: data.filter((trace) => trace.name).length > 1,
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", xanchor: "left" },
      xaxis: axis(spec.layout.xaxis, words.x, words.xticks),
      yaxis: axis(spec.layout.yaxis, words.y, words.yticks),
    };
    Plotly.react(plot, resolved(data, style), resolved(layout, style), {
      responsive: true, displayModeBar: false, locale: root.lang,
    });
  };
  const drawAll = () => document.querySelectorAll(".plot").forEach(draw);

  const speak = (language) => {
    root.lang = language;
    document.title = document.querySelector(`h1 .${language}`)?.textContent ?? document.title;
    try { localStorage.setItem("sodai-language", language); } catch { /* a page without storage forgets */ }
    drawAll();
  };
  document.getElementById("language").addEventListener("click", () => speak(root.lang === "es" ? "en" : "es"));

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  addEventListener("beforeprint", () => {
    root.dataset.print = "";
    document.querySelectorAll("details").forEach((one) => { one.dataset.was = one.open; one.open = one.closest("#settings") === null; });
    drawAll();
  });
  addEventListener("afterprint", () => {
    delete root.dataset.print;
    document.querySelectorAll("details").forEach((one) => { one.open = one.dataset.was === "true"; });
    drawAll();
  });

  let language = new URLSearchParams(location.search).get("lang");
  try { language = language ?? localStorage.getItem("sodai-language"); } catch { /* as above */ }
  speak(language === "en" ? "en" : "es");
})();
