// The calendar: free times by mouse and keyboard, their menu, and the tree of whom to show. Every page works without this.

const STEP = 15;
const calendar = () => document.getElementById("calendar");
const words = (minute) => `${Math.floor(minute / 60)}.${String(minute % 60).padStart(2, "0")}`;
const place = (minute) => `at-${String(Math.floor(minute / 60)).padStart(2, "0")}${String(minute % 60).padStart(2, "0")}`;
const clock = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const say = (text) => (document.getElementById("announcer").textContent = text);

// The mark: a free time that is pointed at; `length` is 0 until somebody chooses one.
let mark = null;
const label = () => (mark.length ? `${words(mark.start)}–${words(mark.start + mark.length)}` : words(mark.start));

const unmark = () => {
  mark?.element.remove();
  mark = null;
};

const setMark = (opening, start, length = 0) => {
  const [from, to] = [Number(opening.dataset.from), Number(opening.dataset.to)];
  const begins = Math.max(from, Math.min(start, to - STEP));
  const lasts = Math.min(length, to - begins);
  if (mark && mark.opening === opening && mark.start === begins && mark.length === lasts) return;
  unmark();
  const element = document.createElement("div");
  mark = { opening, start: begins, length: lasts, element };
  element.className = `pl-mark-time ${place(begins)} for-${lasts || STEP}`;
  element.setAttribute("aria-hidden", "true");
  element.textContent = label();
  opening.after(element);
};

const address = () => {
  const url = new URL(mark.opening.href);
  url.searchParams.set("start", clock(mark.start));
  if (mark.length) url.searchParams.set("duration", mark.length);
  return url;
};

// The same period for absence and reserved time.
const period = (page) => {
  const url = new URL(page, location.href);
  const { counsellor, on } = mark.opening.closest(".pl-col").dataset;
  const end = mark.start + (mark.length || 60);
  const asked = { counsellor, day: on, from: clock(mark.start), to: clock(Math.min(end, 24 * 60 - 5)) };
  Object.entries(asked).forEach(([name, value]) => url.searchParams.set(name, value));
  return url;
};

// The menu on a free time.
const menu = () => calendar()?.querySelector(".pl-opening-menu");
const closeMenu = (refocus) => {
  if (!menu()) return;
  menu().remove();
  if (refocus) mark?.opening.focus({ preventScroll: true });
};

const openMenu = () => {
  closeMenu();
  const grid = mark.opening.closest(".pl-cal");
  const shown = document.getElementById("opening-menu").content.firstElementChild.cloneNode(true);
  const when = `${mark.opening.closest(".pl-col").dataset.day} kl. ${label()}`;
  shown.setAttribute("aria-label", when);
  shown.querySelector(".hd").textContent = when;
  const markable = "markable" in mark.opening.closest(".pl-col").dataset;
  shown.querySelectorAll("[data-act=mark]").forEach((item) => (markable ? (item.href = period(item.getAttribute("href"))) : item.remove()));
  shown.querySelectorAll("[data-act=start]").forEach((item) => (item.href = item.getAttribute("href") + address().search));
  if (!shown.querySelector("[role=menuitem]")) return;
  grid.append(shown);
  const [at, around, own] = [mark.element, grid, shown].map((element) => element.getBoundingClientRect());
  const below = at.bottom + own.height + 8 < window.innerHeight;
  shown.style.top = `${(below ? at.bottom + 2 : at.top - own.height - 2) - around.top}px`;
  shown.style.left = `${Math.min(at.left, around.right - own.width - 4) - around.left}px`;
  shown.querySelector("[role=menuitem]").focus({ preventScroll: true });
};

// The mouse: point, press to open the menu, draw to mark a period, right button.
const minuteAt = (opening, y) => {
  const box = opening.getBoundingClientRect();
  const [from, to] = [Number(opening.dataset.from), Number(opening.dataset.to)];
  return from + Math.floor((((y - box.top) / box.height) * (to - from)) / STEP) * STEP;
};
let drawn = null;

document.addEventListener("pointermove", (event) => {
  if (drawn) {
    const here = minuteAt(drawn.opening, event.clientY);
    if (here !== drawn.from) setMark(drawn.opening, Math.min(drawn.from, here), Math.abs(here - drawn.from) + STEP);
    return;
  }
  if (menu() || event.pointerType !== "mouse" || (calendar() && "busy" in calendar().dataset)) return;
  const opening = event.target.closest?.(".pl-open");
  if (opening) setMark(opening, minuteAt(opening, event.clientY));
  else if (mark && document.activeElement !== mark.opening) unmark();
});

document.addEventListener("pointerdown", (event) => {
  if (menu() && !event.target.closest(".pl-menu")) closeMenu();
  const opening = event.target.closest?.(".pl-open");
  if (!opening || event.button !== 0 || event.ctrlKey || event.metaKey) return;
  setMark(opening, minuteAt(opening, event.clientY));
  drawn = event.pointerType === "mouse" ? { opening, from: mark.start } : null;
});

document.addEventListener("click", (event) => event.target.closest(".pl-opening-menu [data-dialog]") && closeMenu());

document.addEventListener("pointerup", () => {
  if (drawn) openMenu();
  drawn = null;
});

document.addEventListener("click", (event) => {
  const opening = event.target.closest(".pl-open");
  if (!opening || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (mark?.opening !== opening) setMark(opening, Number(opening.dataset.from));
  if (!menu()) openMenu();
});

document.addEventListener("dragstart", (event) => event.target.closest?.(".pl-open") && event.preventDefault());

document.addEventListener("contextmenu", (event) => {
  const opening = event.target.closest?.(".pl-open");
  if (!opening) return;
  event.preventDefault();
  if (menu()) return;
  if (event.clientY && event.button === 2) setMark(opening, minuteAt(opening, event.clientY));
  openMenu();
});

// The keyboard: arrows go from time to time, Shift marks a period, Enter or Shift+F10 opens the menu.
const starts = (item) => (mark?.opening === item ? mark.start : Number(item.dataset.from));
const itemsOf = (column) =>
  [...column.querySelectorAll(".pl-open, a.pl-ap")].sort((one, other) => one.dataset.from - other.dataset.from);

const rove = (item) => {
  calendar().querySelectorAll(".pl-open, a.pl-ap").forEach((other) => (other.tabIndex = other === item ? 0 : -1));
};

const goTo = (item, minute) => {
  if (!item) return;
  unmark();
  rove(item);
  item.focus();
  item.scrollIntoView({ block: "nearest" });
  if (item.matches(".pl-open")) {
    setMark(item, minute ?? Number(item.dataset.from));
    say(label());
  }
};

const upOrDown = (item, step) => {
  const open = item.matches(".pl-open");
  const next = starts(item) + step;
  if (open && next >= Number(item.dataset.from) && next + STEP <= Number(item.dataset.to)) return goTo(item, next);
  const items = itemsOf(item.closest(".pl-col"));
  const found = items[items.indexOf(item) + Math.sign(step)];
  if (found) goTo(found, step < 0 && found.matches(".pl-open") ? Number(found.dataset.to) - STEP : undefined);
};

const sideways = (item, step) => {
  const columns = [...calendar().querySelectorAll(".pl-col")];
  const minute = starts(item);
  let column = item.closest(".pl-col");
  do column = columns[columns.indexOf(column) + step];
  while (column && !itemsOf(column).length);
  if (!column) return;
  const items = itemsOf(column);
  const inside = items.find((one) => Number(one.dataset.from) <= minute && minute < Number(one.dataset.to));
  const after = items.find((one) => Number(one.dataset.from) >= minute);
  goTo(inside ?? after ?? items.at(-1), inside ? minute : undefined);
};

const lengthen = (item, step) => {
  if (mark?.opening !== item) setMark(item, Number(item.dataset.from));
  setMark(item, mark.start, Math.max(STEP, (mark.length || (step < 0 ? STEP : 0)) + step));
  say(label());
};

const keys = {
  ArrowDown: (item, event) => (event.shiftKey && item.matches(".pl-open") ? lengthen(item, STEP) : upOrDown(item, STEP)),
  ArrowUp: (item, event) => (event.shiftKey && item.matches(".pl-open") ? lengthen(item, -STEP) : upOrDown(item, -STEP)),
  ArrowLeft: (item) => sideways(item, -1),
  ArrowRight: (item) => sideways(item, 1),
  Home: (item) => goTo(itemsOf(item.closest(".pl-col"))[0]),
  End: (item) => goTo(itemsOf(item.closest(".pl-col")).at(-1)),
};

document.addEventListener("keydown", (event) => {
  if (event.target.closest(".pl-opening-menu")) {
    const items = [...menu().querySelectorAll("[role=menuitem]")];
    const steps = { ArrowDown: 1, ArrowUp: items.length - 1 };
    const named = items.find((item) => item.dataset.key === event.key.toLowerCase());
    if (event.key === "Escape" || event.key === "Tab") closeMenu(true);
    else if (event.key in steps) items[(items.indexOf(event.target) + steps[event.key]) % items.length].focus();
    else if (named) named.click();
    else if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    return;
  }
  const item = event.target.closest?.("#calendar :is(.pl-open, a.pl-ap)");
  if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
  const open = item.matches(".pl-open");
  if (keys[event.key]) keys[event.key](item, event);
  else if (open && (event.key === "Enter" || event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey))) {
    if (mark?.opening !== item) setMark(item, Number(item.dataset.from));
    openMenu();
  } else if (open && event.key.toLowerCase() === "a" && document.getElementById("opening-menu").content.querySelector("[data-act=start]")) {
    if (mark?.opening !== item) setMark(item, Number(item.dataset.from));
    location.assign(address());
  } else if (open && event.key === "Escape" && mark?.length) {
    setMark(item, mark.start);
  } else return;
  event.preventDefault();
});

document.addEventListener("focusin", (event) => {
  const item = event.target.closest?.("#calendar .pl-col :is(.pl-open, a.pl-ap)");
  if (item) rove(item);
  if (item?.matches(".pl-open") && mark?.opening !== item) setMark(item, Number(item.dataset.from));
  else if (mark && !item && !event.target.closest(".pl-menu")) unmark();
});

htmx.onLoad((root) => {
  const first = (root.id === "calendar" ? root : root.querySelector?.("#calendar"))?.querySelector(".pl-open, a.pl-ap");
  if (first) rove(first);
});

// «Gå til dato» closes as a menu does.
document.addEventListener("click", (event) => {
  const open = document.querySelector(".pl-jump[open]");
  if (open && !open.contains(event.target)) open.open = false;
});
document.addEventListener("keydown", (event) => {
  const open = event.target.closest?.(".pl-jump[open]");
  if (!open || event.key !== "Escape") return;
  open.open = false;
  open.querySelector("summary").focus();
});
document.addEventListener("toggle", (event) => event.target.matches?.(".pl-jump[open]") && event.target.querySelector("input[name=on]").select(), true);

// The tree: a team takes those in it along, and stands alone in the address; who is taken off takes the team off.
const boxes = (item) => [...item.querySelectorAll("input[type=checkbox]")];
document.addEventListener("change", (event) => {
  const box = event.target;
  if (!box.matches("#tree li input")) return;
  if (box.name === "team") boxes(box.closest("li")).forEach((below) => (below.checked = box.checked));
  const twins = `#tree input[name="${box.name}"][value="${box.value}"]`;
  document.querySelectorAll(twins).forEach((twin) => (twin.checked = box.checked));
  if (box.checked) return;
  document.querySelectorAll(twins).forEach(untickAbove);
});

const untickAbove = (box) => {
  for (let item = box.closest("li").parentElement.closest("li"); item; item = item.parentElement.closest("li")) {
    item.querySelector("input").checked = false;
  }
};

document.getElementById("choice")?.addEventListener("formdata", (event) => {
  const chosen = [...event.target.querySelectorAll("input[name=team]:checked")];
  const implied = new Set(chosen.flatMap((box) => boxes(box.closest("li")).slice(1)));
  for (const name of ["team", "counsellor"]) {
    const kept = [...event.target.querySelectorAll(`input[name=${name}]:checked`)].filter((box) => !implied.has(box));
    event.formData.delete(name);
    new Set(kept.map((box) => box.value)).forEach((value) => event.formData.append(name, value));
  }
});

const find = document.getElementById("find");
if (find) {
  find.parentElement.hidden = false;
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLowerCase();
    const items = [...document.querySelectorAll("#tree li")];
    const matches = (item) => item.dataset.name.toLowerCase().includes(wanted);
    items.forEach((item) => {
      item.dataset.found = wanted && matches(item) ? "own" : "";
    });
    items.forEach((item) => {
      const below = [...item.querySelectorAll("li")].some(matches);
      const above = Boolean(item.parentElement.closest("li[data-found=own]"));
      item.hidden = Boolean(wanted) && !matches(item) && !below && !above;
      const branch = item.querySelector(":scope > details");
      if (branch && wanted && below) branch.open = true;
    });
    document.getElementById("found-nothing").hidden = items.some((item) => !item.hidden);
  });
}
