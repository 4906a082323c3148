// Comments at lines of a difference without leaving it: the form opens below the
// line, and what was sent takes its place.
const pattern = document.getElementById("say-form");
const SAY = '.diff .talk form[action$="/comments"]';

const shut = (form) => {
  const row = form.closest("tr");
  const line = row.previousElementSibling;
  if (form.parentElement.children.length > 1) form.remove();
  else row.remove();
  return line;
};

document.addEventListener("click", (event) => {
  const button = event.target.closest(".diff .say");
  if (button && pattern) {
    event.preventDefault();
    const line = button.closest("tr");
    const columns = line.closest("table").classList.contains("sides") ? 6 : 4;
    let row = line.nextElementSibling;
    if (!row?.classList.contains("talk") || (row.dataset.line ?? button.value) !== button.value) {
      row = document.createElement("tr");
      row.className = "talk";
      row.dataset.line = button.value;
      row.innerHTML = `<td colspan="${columns}"><div class="thread"></div></td>`;
      line.after(row);
    }
    let form = row.querySelector("form");
    if (!form) {
      form = pattern.content.cloneNode(true).querySelector("form");
      const id = `say-${button.form.id}-${button.value}`;
      const field = form.querySelector("textarea");
      form.removeAttribute("id");
      form.querySelector("label").htmlFor = field.id = id;
      form.querySelector(".hint").id = `${id}-hint`;
      field.setAttribute("aria-describedby", `${id}-hint`);
      form.elements.path.value = button.form.dataset.path;
      form.elements.line.value = button.value;
      row.querySelector(".thread").append(form);
    }
    form.querySelector("textarea").focus();
    return;
  }
  const cancel = event.target.closest(".diff .talk a[data-cancel]");
  if (cancel) {
    event.preventDefault();
    shut(cancel.closest("form")).querySelector("a")?.focus();
  }
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(SAY);
  if (!form) return;
  if (event.key === "Escape" && !event.target.value) {
    event.preventDefault();
    shut(form).querySelector("a")?.focus();
  } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches(SAY)) return;
  event.preventDefault();
  const send = form.querySelector("button");
  send.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", headers: { "x-part": "1" }, body: new URLSearchParams(new FormData(form)) });
    if (!answer.ok) throw new Error(answer.status);
    const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-part]");
    const comment = part.firstElementChild;
    form.replaceWith(comment);
    comment.tabIndex = -1;
    comment.focus();
  } catch {
    // What is wrong with it, a page of its own says.
    send.disabled = false;
    form.submit();
  }
});
