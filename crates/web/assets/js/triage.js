// Findings by keyboard: `x` selects the one with the focus, `i` asks why those
// that are selected may stay, `a` takes them. Without a selection the one with
// the focus is meant. What is done is what the form below the list does.
const form = document.querySelector("[data-triage]");
const where = `triage ${location.pathname}${location.search}`;
let lead = 0;

const boxes = () => [...form.querySelectorAll("input[name=id]")];
const rows = () => [...form.querySelectorAll("[data-row]")];
const focused = () => document.activeElement?.closest?.("article")?.querySelector("input[name=id]");

// At least one is selected, or becomes so.
function chosen() {
  if (!boxes().some((box) => box.checked)) {
    const box = focused();
    if (!box) return false;
    box.checked = true;
  }
  const at = rows().findIndex((row) => row.closest("article").contains(document.activeElement));
  sessionStorage.setItem(where, String(Math.max(0, at)));
  return true;
}

function act(event) {
  const reason = form.elements.act;
  if (event.key === "x") {
    const box = focused();
    if (box) box.checked = !box.checked;
    return Boolean(box);
  }
  if (!chosen()) return false;
  if (event.key === "a") {
    reason.value = "mine";
    form.requestSubmit();
  } else {
    if (!reason.selectedOptions[0]?.hasAttribute("data-reason")) reason.selectedIndex = 0;
    reason.focus();
  }
  return true;
}

if (form?.elements.act) {
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      if (event.target === form.elements.act) {
        if (event.key === "Enter") form.requestSubmit();
        else if (event.key === "Escape") (rows()[Number(sessionStorage.getItem(where))] ?? rows()[0])?.focus();
        else return;
        event.preventDefault();
        event.stopPropagation();
        return;
      }
      // A tick box takes no letters.
      if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
      const led = Date.now() - lead < 1200;
      lead = event.key === "g" ? Date.now() : 0;
      if (led || !["x", "i", "a"].includes(event.key) || !act(event)) return;
      event.preventDefault();
      event.stopPropagation();
    },
    true,
  );
  // After what was done the list goes on where it was.
  form.addEventListener("submit", () => sessionStorage.setItem(`${where} done`, "1"));
  if (sessionStorage.getItem(`${where} done`)) {
    sessionStorage.removeItem(`${where} done`);
    const all = rows();
    all[Math.min(all.length - 1, Number(sessionStorage.getItem(where)))]?.focus();
  }
}
