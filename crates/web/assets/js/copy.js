// Copies the text of the code beside the button, and says so in its place.
document.addEventListener("click", async (event) => {
  const button = event.target.closest('[data-do="copy"]');
  if (!button) return;
  const codes = button.parentElement.querySelectorAll("code");
  const from = codes[codes.length - 1];
  if (!from) return;
  const text = from.textContent;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without a secure context there is no clipboard: select it instead.
    getSelection().selectAllChildren(from);
    return;
  }
  const label = button.getAttribute("aria-label");
  button.setAttribute("aria-label", button.dataset.done);
  button.classList.add("chosen");
  setTimeout(() => {
    button.setAttribute("aria-label", label);
    button.classList.remove("chosen");
  }, 1500);
});

// The whole file, without the numbers.
document.addEventListener("click", async (event) => {
  const button = event.target.closest('[data-do="copy-lines"]');
  if (!button) return;
  const lines = [...button.closest(".card").querySelectorAll(".ln > span")].map((line) => line.textContent);
  await navigator.clipboard?.writeText(lines.join("\n") + "\n");
  button.classList.add("chosen");
  setTimeout(() => button.classList.remove("chosen"), 1500);
});
