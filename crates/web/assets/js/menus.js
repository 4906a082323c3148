// Menus are `<details>`: one open at a time, closed by Esc or a press
// elsewhere, focus back on what opened them.
const open = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of open()) {
      menu.open = false;
      menu.querySelector("summary").focus();
      event.preventDefault();
    }
    return;
  }
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
  const items = [...menu.querySelectorAll(".panel a, .panel button, .panel input")].filter((item) => item.offsetParent);
  const at = items.indexOf(document.activeElement);
  items.at(event.key === "ArrowDown" ? (at + 1) % items.length : at <= 0 ? -1 : at - 1)?.focus();
  event.preventDefault();
});
// A field in a menu narrows its entries.
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-narrow]")) return;
  const wish = event.target.value.trim().toLowerCase();
  for (const item of event.target.closest(".panel").querySelectorAll("a.item")) {
    item.hidden = !item.textContent.toLowerCase().includes(wish);
  }
});
