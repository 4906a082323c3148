// The field for code: Tab indents (Esc first, and Tab leaves the field), and a
// page with something typed asks before it is left.
for (const field of document.querySelectorAll("textarea[data-tabs]")) {
  let leave = false;
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave = true;
    else if (event.key === "Tab" && !leave && !event.shiftKey && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      const unit = /^ {2,}/m.exec(field.value) && !/^\t/m.test(field.value) ? " ".repeat(/^ {4}/m.test(field.value) ? 4 : 2) : "\t";
      field.setRangeText(unit, field.selectionStart, field.selectionEnd, "end");
    } else if (event.key !== "Tab") leave = false;
  });
}
for (const form of document.querySelectorAll("form[data-unsaved]")) {
  let changed = false;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (changed = false));
  addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}
