// The colours change at once; the form behind the button remembers them.
document.addEventListener("submit", (event) => {
  const chosen = event.submitter;
  if (!event.target.matches("[data-prefs]") || chosen?.name !== "theme") return;
  event.preventDefault();
  document.documentElement.dataset.theme = chosen.value;
  for (const other of event.target.querySelectorAll('[name="theme"]')) other.ariaPressed = String(other === chosen);
  fetch(event.target.action, { method: "POST", body: new URLSearchParams({ theme: chosen.value }), redirect: "manual" });
});
// Exact times in the reader's own zone.
for (const time of document.querySelectorAll("time[datetime]")) {
  const moment = new Date(time.dateTime);
  if (!Number.isNaN(moment.getTime())) {
    time.title = moment.toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "medium" });
  }
}
