// The tab that is open is in sight where not all fit beside one another.
for (const here of document.querySelectorAll(".tabs a[aria-current]")) {
  const row = here.parentElement;
  const [of, at] = [row.getBoundingClientRect(), here.getBoundingClientRect()];
  if (at.right > of.right || at.left < of.left) row.scrollLeft += at.left - of.left - (of.width - at.width) / 2;
}
