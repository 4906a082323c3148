// Ctrl+K: jump anywhere. The server answers the list; the pages of this
// project are there at once.
const box = document.getElementById("palette");
if (box) {
  const field = box.querySelector("input");
  const list = box.querySelector("ul");
  const still = list.innerHTML;
  let asked = 0;

  const choose = (step) => {
    const items = [...list.children];
    if (!items.length) return;
    const at = items.findIndex((item) => item.ariaSelected === "true");
    items.forEach((item) => (item.ariaSelected = "false"));
    const next = items[(at + step + items.length) % items.length];
    next.ariaSelected = "true";
    next.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      field.value = "";
      list.innerHTML = still;
      box.showModal();
      choose(1);
    }
  });
  field.addEventListener("input", async () => {
    const mine = ++asked;
    const wish = field.value.trim();
    if (!wish) {
      list.innerHTML = still;
      choose(1);
      return;
    }
    const answer = await fetch(`/search?part=1&q=${encodeURIComponent(wish)}`).catch(() => null);
    if (!answer?.ok || mine !== asked) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    list.replaceChildren(...fresh.querySelectorAll("li"));
    choose(1);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(1);
    else if (event.key === "ArrowUp") choose(-1);
    else if (event.key === "Enter") list.querySelector('[aria-selected="true"] a')?.click();
    else return;
    event.preventDefault();
  });
}
