import { rove } from "./arrows.js";

// Parts of a page that change while one looks: the address in `data-live`
// answers the part anew; without `data-live` in the answer it is done. A
// `data-then` in the answer leads on.
for (const part of document.querySelectorAll("[data-live]")) follow(part);

async function follow(part) {
  // What is only late is there soon.
  let pause = "soon" in part.dataset ? 30 : 1000;
  while (part.dataset.live) {
    await new Promise((go) => setTimeout(go, pause));
    if (document.hidden) continue;
    try {
      const answer = await fetch(part.dataset.live, { headers: { "x-part": "1" } });
      if (!answer.ok) throw new Error(answer.status);
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-part]");
      if (!fresh) return;
      if (fresh.dataset.then) {
        location.replace(fresh.dataset.then);
        return;
      }
      const end = part.querySelector("[data-tail]");
      const below = end && end.scrollHeight - end.scrollTop - end.clientHeight < 40;
      part.replaceChildren(...fresh.childNodes);
      rove(part);
      if (fresh.dataset.live) part.dataset.live = fresh.dataset.live;
      else delete part.dataset.live;
      const tail = part.querySelector("[data-tail]");
      if (tail && below !== false) tail.scrollTop = tail.scrollHeight;
      pause = 1000;
    } catch {
      pause = Math.min(pause * 2, 15000);
    }
  }
}
