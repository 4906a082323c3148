import { rove } from "./arrows.js";

// Results as one types: what the form would lead to takes the list's place, and
// the address follows, so that Back and a copied address show the same.
const form = document.querySelector("form[data-search]");
const found = document.getElementById("found");
if (form && found) {
  let waiting = 0;
  let running = null;

  const show = async () => {
    running?.abort();
    running = new AbortController();
    const fields = [...new FormData(form)].filter(([, value]) => value !== "");
    const address = `${form.getAttribute("action")}?${new URLSearchParams(fields)}`;
    found.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { headers: { "x-part": "1" }, signal: running.signal });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      found.replaceChildren(...fresh.body.childNodes);
      rove(found);
      history.replaceState(null, "", address);
    } catch {
      return;
    } finally {
      found.removeAttribute("aria-busy");
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(show, 180);
  });
}
