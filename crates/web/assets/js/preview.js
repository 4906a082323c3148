// What is being written as it will look, beside the field and while one types.
for (const button of document.querySelectorAll("button[data-preview]")) {
  const form = button.form;
  const slot = button.parentElement.querySelector(".card");
  let waiting = 0;
  let running = null;

  const refresh = async () => {
    running?.abort();
    running = new AbortController();
    const body = new URLSearchParams(new FormData(form));
    body.append("preview", "1");
    try {
      const answer = await fetch(location.pathname, { method: "POST", headers: { "x-part": "1" }, body, signal: running.signal });
      if (!answer.ok) return;
      const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-part]");
      slot.replaceChildren(...part.childNodes);
      slot.hidden = false;
    } catch {
      // The next key asks again.
    }
  };
  const press = (on) => {
    button.ariaPressed = String(on);
    if (on) refresh();
    else slot.hidden = true;
  };
  press(!slot.hidden);
  button.addEventListener("click", (event) => {
    event.preventDefault();
    press(button.ariaPressed !== "true");
  });
  form.addEventListener("input", () => {
    if (button.ariaPressed !== "true") return;
    clearTimeout(waiting);
    waiting = setTimeout(refresh, 250);
  });
}
