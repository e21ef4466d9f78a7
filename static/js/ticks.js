// A tree of tick boxes (components/team_ticks.html): ticking one ticks those below; taking one off takes off those above and below.

const pathOf = (box) => box.dataset.path.split(" ");

document.addEventListener("change", (event) => {
  const tree = event.target.closest?.("[data-ticks]");
  if (!tree || !event.target.dataset.path) return;
  const { value, checked } = event.target;
  const above = new Set(pathOf(event.target));
  for (const box of tree.querySelectorAll("input[data-path]")) {
    const isBelow = pathOf(box).includes(value);
    if (isBelow || (!checked && above.has(box.value))) box.checked = checked;
  }
});
