// All numbers of a sheet are one stop for Tab; the arrows lead from line to line.
const numbers = ".ln > a, .no > a";
const sheet = (link) => link.closest(".code, .diff");

export function rove(root) {
  for (const part of root.querySelectorAll(".code, .diff")) {
    const [start, ...others] = part.querySelectorAll(numbers);
    start?.removeAttribute("tabindex");
    for (const link of others) link.tabIndex = -1;
  }
}
rove(document);

let last = null;
document.addEventListener("focusin", (event) => {
  if (!event.target.matches(numbers)) return;
  last = event.target;
  for (const link of sheet(event.target).querySelectorAll(`:is(${numbers}):not([tabindex])`)) link.tabIndex = -1;
  event.target.removeAttribute("tabindex");
});
// The focus stays on the number that was pressed; what its line offers comes next.
addEventListener("hashchange", () => {
  if (last?.hash === location.hash && last.isConnected) last.focus({ preventScroll: true });
});
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.matches?.(numbers) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const old = (link) => link.parentElement.cellIndex === 0;
  const from = event.target;
  // In a difference the arrows stay on the side of the number, where the line has it.
  const all = [...sheet(from).querySelectorAll(numbers)];
  const row = (link) => link.closest("tr, .ln");
  let at = all.indexOf(from) + step;
  while (all[at] && row(all[at]) === row(from)) at += step;
  let next = all[at];
  const beside = all[at + step];
  if (beside && row(beside) === row(next) && old(next) !== old(from)) next = beside;
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
});
