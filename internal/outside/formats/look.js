(() => {
  const out = { overflow: [], clipped: [], strange: [], unnamed: [], broken: [], faint: [], style: false, keys: 0 };
  const say = (list, e) => { if (list.length < 5) list.push((e.tagName + "." + (e.getAttribute("class") || "") + " " + (e.textContent || "").trim().slice(0, 60)).replace(/\s+/g, " ")); };
  const shown = (e) => e.getClientRects().length > 0;
  const wide = document.documentElement.clientWidth;
  const known = new Set("html head meta title style body header h1 h2 h3 p a b ul ol li nav main section figure figcaption div span dl dt dd code bdi table caption thead tbody tr th td footer br svg desc text rect path g circle line".split(" "));
  const attributes = new Set("lang charset name content http-equiv class aria-label aria-labelledby href id scope data-label viewbox viewBox role x y x1 x2 y1 y2 cx cy r rx d width height text-anchor".split(" "));
  if (document.documentElement.scrollWidth > wide) out.overflow.push("page is " + document.documentElement.scrollWidth + " wide");
  for (const e of document.querySelectorAll("*")) {
    if (!known.has(e.tagName.toLowerCase())) say(out.strange, e);
    for (const a of e.getAttributeNames()) if (!attributes.has(a)) out.strange.push(e.tagName + " " + a);
    if (!shown(e) || e.closest("svg") && e.tagName !== "svg") continue;
    const box = e.getBoundingClientRect();
    if (box.right > wide + 1 || box.left < -1) say(out.overflow, e);
  }
  for (const svg of document.querySelectorAll("svg")) {
    if (!shown(svg)) continue;
    const area = svg.getBoundingClientRect();
    for (const text of svg.querySelectorAll("text")) {
      const box = text.getBoundingClientRect();
      if (box.left < area.left - 1 || box.right > area.right + 1 || box.bottom > area.bottom + 8 || box.top < area.top - 8) say(out.clipped, text);
    }
    for (const rect of svg.querySelectorAll("rect.box, rect.vendorbox")) {
      const r = rect.getBoundingClientRect();
      for (const text of rect.parentNode.querySelectorAll(":scope > text")) {
        const box = text.getBoundingClientRect();
        if (box.left >= r.left && box.left < r.right && box.right > r.right + 1) say(out.clipped, text);
      }
    }
    if (!svg.getAttribute("aria-label") && !document.getElementById((svg.getAttribute("aria-labelledby") || "").split(" ")[0])) say(out.unnamed, svg);
  }
  for (const a of document.querySelectorAll("a")) {
    if (!a.textContent.trim()) say(out.unnamed, a);
    if (!document.getElementById(a.getAttribute("href").slice(1))) say(out.broken, a);
  }
  for (const s of document.querySelectorAll("section")) if (!document.getElementById(s.getAttribute("aria-labelledby"))) say(out.unnamed, s);
  const part = (c) => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const colour = (c) => { const m = c.match(/[\d.]+/g).map(Number); return m.length > 3 && m[3] < 1 ? null : 0.2126 * part(m[0]) + 0.7152 * part(m[1]) + 0.0722 * part(m[2]); };
  const behind = (e) => { for (; e; e = e.parentElement) { const c = colour(getComputedStyle(e).backgroundColor); if (c !== null) return c; } return 1; };
  for (const e of document.querySelectorAll("p, b, span, dd, dt, li, a, h1, h2, h3, td, th, caption, figcaption")) {
    if (!shown(e) || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    const a = colour(getComputedStyle(e).color), b = behind(e);
    if (a !== null && (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5) say(out.faint, e);
  }
  out.style = getComputedStyle(document.querySelector(".tiles")).display === "flex";
  out.keys = document.querySelectorAll("tbody tr").length;
  return out;
})()
