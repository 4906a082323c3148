import { rove } from "./arrows.js";

// Differences that are asked for when their box is opened, or comes near.
async function load(box) {
  const from = box.dataset.load;
  const slot = box.querySelector("[data-slot]");
  if (!from || !slot) return;
  delete box.dataset.load;
  try {
    const answer = await fetch(from, { headers: { "x-part": "1" } });
    if (!answer.ok) throw new Error(answer.status);
    const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-part]");
    slot.replaceWith(...part.childNodes);
    rove(box);
    land();
  } catch {
    // The link in the box leads to the same on a page of its own.
    box.dataset.load = from;
  }
}

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details[data-load]") && event.target.open) load(event.target);
}, true);

const near = new IntersectionObserver((seen) => {
  for (const entry of seen) {
    if (!entry.isIntersecting) continue;
    near.unobserve(entry.target);
    entry.target.open = true;
  }
}, { rootMargin: "400px" });
for (const box of document.querySelectorAll("details[data-near]")) near.observe(box);

// The address names a box, or a line in one: open it, mark the line.
function land() {
  const name = decodeURIComponent(location.hash.slice(1));
  const found = /^(d-[0-9a-f]{12})([LR]\d+)?$/.exec(name);
  if (!found) return;
  const box = document.getElementById(found[1]);
  if (!box) return;
  box.open = true;
  for (const row of document.querySelectorAll(".diff tr.picked")) row.classList.remove("picked");
  const row = found[2] && (document.getElementById(name) ?? box.querySelector(`a[href="#${name}"]`)?.closest("tr"));
  row?.classList.add("picked");
  (row ?? box).scrollIntoView({ block: row ? "center" : "start" });
}
addEventListener("hashchange", land);
if (location.hash.startsWith("#d-")) land();

// A field that narrows a list which the server answers.
for (const form of document.querySelectorAll("[data-refine]")) {
  const field = form.querySelector("input[type=search]");
  const list = document.getElementById(form.dataset.refine);
  let asked = 0;
  field.addEventListener("input", async () => {
    const mine = ++asked;
    const address = `${location.pathname}?q=${encodeURIComponent(field.value)}`;
    const answer = await fetch(address, { headers: { "x-part": "1" } }).catch(() => null);
    if (!answer?.ok || mine !== asked) return;
    const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-part]");
    list.replaceChildren(...part.childNodes);
    history.replaceState(null, "", address);
  });
  field.addEventListener("keydown", (event) => {
    const first = list.querySelector("[data-row]");
    if (!first || (event.key !== "Enter" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    if (event.key === "Enter") first.click();
    else first.focus();
  });
}

// A permanent link keeps the line that is marked.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-keep-line]");
  if (link) link.hash = location.hash;
});
document.addEventListener("click", (event) => {
  const button = event.target.closest('[data-do="dialog"]');
  if (button) document.getElementById(button.dataset.dialog)?.showModal();
});
