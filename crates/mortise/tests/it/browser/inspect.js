// Lists what is wrong with the page that is shown.
const faults = [];
const all = (css) => [...document.querySelectorAll(css)];
const shown = (element) => element.checkVisibility({ visibilityProperty: true });
const what = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 160);
const texts = (ids) => (ids ?? "").split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
const pictures = (element) =>
  [...element.querySelectorAll("img[alt], [role=img][aria-label]")]
    .map((one) => one.getAttribute("alt") ?? one.getAttribute("aria-label"))
    .join(" ");
const name = (element) =>
  [
    element.getAttribute("aria-label"),
    texts(element.getAttribute("aria-labelledby")),
    [...(element.labels ?? [])].map((label) => label.textContent).join(" "),
    element.title,
  ].join(" ").trim();

const wide = document.documentElement.scrollWidth;
if (wide > innerWidth) {
  const held = (element) => {
    for (let up = element.parentElement; up; up = up.parentElement) {
      if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(up).overflowX)) return true;
    }
    return false;
  };
  const guilty = all("body *").filter((one) => shown(one) && !held(one) && one.getBoundingClientRect().right > innerWidth + 1);
  faults.push(`${wide} pixels wide in a window of ${innerWidth}: ${guilty.slice(0, 3).map(what).join(" ; ")}`);
}

if (!document.documentElement.lang) faults.push("no language is given");
if (!document.title.trim()) faults.push("no title");
if (all("main").length !== 1) faults.push(`${all("main").length} main parts`);
for (const picture of all("img")) if (!picture.hasAttribute("alt")) faults.push(`no alternative text: ${what(picture)}`);
for (const picture of all("svg")) {
  if (picture.closest("[aria-hidden=true]") || picture.parentElement.closest("svg")) continue;
  if (!picture.getAttribute("role") || !name(picture)) faults.push(`a picture without role or name: ${what(picture)}`);
}
for (const part of all("[role=img], [role=group]")) if (!name(part)) faults.push(`no name: ${what(part)}`);
for (const field of all("input:not([type=hidden]), select, textarea")) if (!name(field)) faults.push(`no label: ${what(field)}`);
for (const part of all("a[href], button, summary")) {
  if (getComputedStyle(part).display === "none") continue;
  if (!name(part) && !part.textContent.trim() && !pictures(part).trim()) faults.push(`no words: ${what(part)}`);
}
for (const part of all("nav")) if (all("nav").length > 1 && !name(part)) faults.push(`no name: ${what(part)}`);
for (const part of all("[aria-labelledby], [aria-describedby], [aria-controls]")) {
  for (const attribute of ["aria-labelledby", "aria-describedby", "aria-controls"]) {
    for (const id of (part.getAttribute(attribute) ?? "").split(/\s+/)) {
      if (id && !document.getElementById(id)) faults.push(`${attribute} leads nowhere: ${what(part)}`);
    }
  }
}

// What people write has headings of its own.
const headings = all("h1, h2, h3, h4, h5, h6").filter((one) => shown(one) && !one.closest(".prose"));
const levels = headings.map((heading) => Number(heading.tagName[1]));
if (levels.filter((level) => level === 1).length !== 1) faults.push(`${levels.filter((level) => level === 1).length} headings of the first level`);
levels.forEach((level, place) => {
  const before = place ? levels[place - 1] : 0;
  if (level > before + 1) faults.push(`h${level} after h${before}: ${what(headings[place])}`);
});

const ids = all("[id]").map((element) => element.id);
for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) faults.push(`twice the id ${id}`);
return faults;
