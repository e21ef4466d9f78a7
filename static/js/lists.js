// Lists: order, filters and pages swap only the list; the keyboard moves from row to row; what is ticked survives paging.

const swapList = (list, url) => {
  list.setAttribute("aria-busy", "true");
  const place = `#${list.id}`;
  return htmx.ajax("get", url, { target: place, select: place, selectOOB: "#notices", swap: "outerHTML", push: "true" });
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-list] a[href^='?']:not([data-dialog])");
  if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  swapList(link.closest("[data-list]"), link.href);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const list = form.closest("[data-list]") ?? document.getElementById(form.dataset.filters);
  if (!list || form.method !== "get" || event.defaultPrevented) return;
  event.preventDefault();
  const query = new URLSearchParams(location.search);
  query.delete(form.dataset.page ?? "page");
  const fields = [...form.elements].filter((field) => field.name && field.type !== "hidden");
  fields.forEach((field) => query.delete(field.name));
  const values = new FormData(form);
  new Set(fields.map((field) => field.name)).forEach((name) =>
    values.getAll(name).forEach((value) => value && query.append(name, value)),
  );
  swapList(list, `${location.pathname}?${query}`);
});

const ROWS = "[data-rows] tbody tr, ul[data-rows] > li";

// Rows by keyboard: arrows move, space ticks, Enter opens (the link does that itself).
const openerOf = (row) => row?.querySelector("[data-open]");
const boxOf = (row) => row?.querySelector("input[type=checkbox]:not(:disabled)");
const nextRow = (row, step) => {
  let next = row;
  do next = step > 0 ? next.nextElementSibling : next.previousElementSibling;
  while (next && !openerOf(next) && !boxOf(next));
  return next;
};

document.addEventListener("keydown", (event) => {
  const row = event.target.closest(ROWS);
  const onBox = event.target.type === "checkbox";
  if (!row || (!onBox && event.target.closest("input, select, textarea, [data-menu]"))) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = nextRow(row, event.key === "ArrowDown" ? 1 : -1);
    const wanted = onBox ? boxOf(next) : openerOf(next) ?? boxOf(next);
    wanted?.focus();
    if (wanted && !onBox && row.closest("[data-follow]")) openerOf(next)?.click();
  } else if (event.key === " " && !onBox && boxOf(row)) {
    event.preventDefault();
    boxOf(row).click();
  }
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-follow] [data-open]");
  if (!opener) return;
  const table = opener.closest("[data-follow]");
  table.querySelectorAll(".is-on").forEach((row) => row.classList.remove("is-on"));
  table.querySelectorAll("[data-open][aria-current]").forEach((other) => other.removeAttribute("aria-current"));
  opener.closest(ROWS).classList.add("is-on");
  opener.setAttribute("aria-current", "true");
});

// The details beside a list: its row stays marked when the list is swapped; buttons step to the next row, or close.
const openShown = () => {
  const opener = document.getElementById(document.querySelector("[data-shows]")?.dataset.shows);
  opener?.closest("tr").classList.add("is-on");
  opener?.setAttribute("aria-current", "true");
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-step]");
  if (!button) return;
  const row = document.querySelector("[data-follow] tr.is-on");
  const step = Number(button.dataset.step);
  if (step) {
    openerOf(row && nextRow(row, step))?.click();
    return;
  }
  button.closest("[data-shows]").remove();
  row?.classList.remove("is-on");
  openerOf(row)?.removeAttribute("aria-current");
  openerOf(row)?.focus();
});

// Ticked rows: one box for all on the page; a form with [data-selection] carries those of other pages along.
const boxes = (table) => [...table.querySelectorAll("tbody input[type=checkbox]:not(:disabled)")];
const selections = new Map();

const showAll = (table) => {
  const all = table?.querySelector("[data-select-all]");
  if (!all) return;
  const ticked = boxes(table).filter((box) => box.checked).length;
  all.checked = ticked > 0 && ticked === boxes(table).length;
  all.indeterminate = ticked > 0 && !all.checked;
};

const remember = (form) => {
  const chosen = selections.get(form.id) ?? new Set();
  const shown = [...form.querySelectorAll("tbody input[type=checkbox][name]")];
  shown.forEach((box) => (box.checked ? chosen.add(box.value) : chosen.delete(box.value)));
  selections.set(form.id, chosen);
  const here = new Set(shown.map((box) => box.value));
  const carried = [...chosen].filter((value) => !here.has(value));
  form.querySelectorAll("input[data-carried]").forEach((input) => input.remove());
  const name = shown[0]?.name ?? "selected";
  carried.forEach((value) => {
    const input = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    input.dataset.carried = "";
    form.append(input);
  });
  [...form.elements]
    .filter((element) => element.matches("[data-selected-count]"))
    .forEach((count) => (count.textContent = chosen.size || count.dataset.selectedCount || "0"));
  [...form.elements]
    .filter((element) => element.matches("[data-clear-selection]"))
    .forEach((button) => (button.parentElement.hidden = chosen.size === 0));
};

document.addEventListener("change", (event) => {
  const table = event.target.closest("table");
  if (!table || event.target.type !== "checkbox") return;
  if (event.target.matches("[data-select-all]")) {
    boxes(table).forEach((box) => (box.checked = event.target.checked));
  }
  showAll(table);
  const form = table.closest("form[data-selection]");
  if (form) remember(form);
});

document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-clear-selection]")?.form;
  if (!form?.matches("[data-selection]")) return;
  event.preventDefault();
  selections.delete(form.id);
  form.querySelectorAll("tbody input[type=checkbox]").forEach((box) => (box.checked = false));
  form.querySelectorAll("table").forEach(showAll);
  remember(form);
});

htmx.onLoad((root) => {
  openShown();
  const form = root.closest?.("form[data-selection]") ?? root.querySelector?.("form[data-selection]");
  const chosen = form && selections.get(form.id);
  if (chosen) {
    form.querySelectorAll("tbody input[type=checkbox][name]").forEach((box) => (box.checked ||= chosen.has(box.value)));
  }
  if (form) remember(form);
  root.querySelectorAll?.("table").forEach(showAll);
});
