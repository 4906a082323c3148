// One key each: `/` search, `?` help, `g` then a letter, `j` `k` `o` in lists,
// `c` create, `e` edit. Typing in a field is never taken away.
let lead = 0;
const typing = (element) => element?.closest("input, textarea, select, [contenteditable]");
const rows = () => [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent);

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  const key = event.key;
  if (lead && Date.now() - lead < 1200) {
    lead = 0;
    const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    if (link) {
      event.preventDefault();
      location.href = link.href;
      return;
    }
  }
  if (key === "g") lead = Date.now();
  else if (key === "/") (document.querySelector("[data-find]") ?? document.getElementById("find"))?.focus();
  else if (key === "?") document.getElementById("help")?.showModal();
  else if (key === "j") move(1);
  else if (key === "k") move(-1);
  else if (key === "o" && document.activeElement?.matches("[data-row]")) document.activeElement.click();
  else {
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return;
    target.click();
  }
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest('[data-do="help"]');
  if (opener) document.getElementById("help")?.showModal();
  // A press beside a dialog closes it.
  if (event.target.matches("dialog")) event.target.close();
});
