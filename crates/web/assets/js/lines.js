// Lines of code: a press marks one, with Shift the lines between; the address
// says which.
const pattern = /^#L(\d+)(?:-L(\d+))?$/;
let first = 0;

function mark() {
  const found = pattern.exec(location.hash);
  for (const line of document.querySelectorAll(".ln.picked")) line.classList.remove("picked");
  if (!found) return;
  const from = Number(found[1]);
  const to = Number(found[2] ?? found[1]);
  first = from;
  for (let n = Math.min(from, to); n <= Math.max(from, to); n++) document.getElementById(`L${n}`)?.classList.add("picked");
  // A line of another page of the file.
  const pages = document.querySelector("[data-pages]");
  if (pages && !document.getElementById(`L${from}`)) {
    const wanted = Math.floor((from - 1) / Number(pages.dataset.pages)) + 1;
    const address = new URL(location.href);
    if (Number(address.searchParams.get("page") ?? 1) !== wanted) {
      address.searchParams.set("page", wanted);
      location.replace(address);
      return;
    }
  }
  if (found[2]) document.getElementById(`L${Math.min(from, to)}`)?.scrollIntoView({ block: "center" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest('.ln > a[href^="#L"]');
  if (!link || !event.shiftKey || !first) return;
  event.preventDefault();
  history.replaceState(null, "", `#L${first}-L${link.textContent}`);
  const keep = first;
  mark();
  first = keep;
});
addEventListener("hashchange", mark);
mark();
