// Copies the text of the code beside the button, and says so in its place.
document.addEventListener("click", async (event) => {
  const button = event.target.closest('[data-do="copy"]');
  if (!button) return;
  const from = button.dataset.from ? document.getElementById(button.dataset.from) : button.parentElement.querySelector("code");
  if (!from) return;
  const text = from.dataset.text ?? from.textContent;
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
