// Moving a conversation in the calendar: with the mouse, or F and the arrows. Both end at the view of the dialog [Flyt].

const STEP = 5;
const FAR = 6;
const clock = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}${String(minute % 60).padStart(2, "0")}`;
const words = (minute) => `${Math.floor(minute / 60)}.${String(minute % 60).padStart(2, "0")}`;
const say = (text) => (document.getElementById("announcer").textContent = text);
const told = () => document.getElementById("moving-words").dataset;
const MOVABLE = "#calendar a[data-version]";
const ELSEWHERE = ".pl-ap--else";

// What is being moved: its link, the ghost that shows where to, and there a column and minute (or in rows a cell).
let moving = null;
let pressed = null;

const columns = () => [...document.querySelectorAll("#calendar .pl-col")];
const hours = (column) => {
  const shown = [...column.closest(".pl-cal").classList];
  const hour = (name) => Number(shown.find((one) => one.startsWith(name)).slice(name.length));
  return [hour("from-") * 60, hour("to-") * 60];
};
const stretch = (element) => {
  const place = /\bat-(\d\d)(\d\d)\b.*\bfor-(\d+)\b/.exec(element.className);
  const from = Number(place[1]) * 60 + Number(place[2]);
  return [from, from + Number(place[3])];
};

// Why a place is not simply free, in the words that stand in the calendar.
const obstacle = (column, from, to) => {
  if (moving.link.matches(ELSEWHERE)) return told().elsewhere;
  const over = (selector) =>
    [...column.querySelectorAll(selector)].find((one) => {
      const [begins, ends] = stretch(one);
      return one !== moving.link && one !== moving.ghost && begins < to && from < ends;
    });
  const grey = over(".pl-blk");
  if (grey) return grey.textContent.trim();
  if (over(".pl-ap")) return told().taken;
  const inside = [...column.querySelectorAll(".pl-free")].some((one) => {
    const [begins, ends] = stretch(one);
    return begins <= from && to <= ends;
  });
  return inside ? "" : told().outside;
};

const show = (column, minute) => {
  const [first, last] = hours(column);
  const start = Math.max(first, Math.min(Math.round(minute / STEP) * STEP, last - STEP));
  if (moving.column === column && moving.start === start) return false;
  const why = obstacle(column, start, start + moving.length);
  Object.assign(moving, { column, start });
  moving.ghost.className = `pl-ghost${why ? " pl-ghost--why" : ""} at-${clock(start)} for-${moving.length}`;
  moving.ghost.textContent = `${words(start)}–${words(start + moving.length)}${why ? ` · ${why}` : ""}`;
  if (moving.ghost.parentElement !== column) column.append(moving.ghost);
  return true;
};

const showCell = (cell) => {
  if (!cell || cell === moving.cell || cell.cellIndex === 0) return;
  moving.cell?.classList.remove("is-target");
  moving.cell = cell;
  cell.classList.add("is-target");
};

const begin = (link) => {
  const ghost = document.createElement("div");
  ghost.setAttribute("aria-hidden", "true");
  const column = link.closest(".pl-col");
  moving = { link, ghost, length: Number(link.dataset.length), from: column ?? link.closest("td") };
  link.classList.add("is-moving");
  document.getElementById("calendar").dataset.busy = "";
  if (column) show(column, Number(link.dataset.from));
};

const end = () => {
  if (!moving) return;
  moving.ghost.remove();
  moving.cell?.classList.remove("is-target");
  moving.link.classList.remove("is-moving");
  delete document.getElementById("calendar").dataset.busy;
  moving = null;
};

const cancel = () => {
  const link = moving.link;
  sessionStorage.removeItem(MOVED);
  end();
  say(told().ended);
  link.focus({ preventScroll: true });
};

// Where it was let go, as [Flyt] asks for it: only what changes.
const target = () => {
  const { link, from, column, cell, start } = moving;
  const there = column ? column.dataset : cell.closest("tr").dataset;
  const before = column ? from.dataset : from.closest("tr").dataset;
  const on = column ? there.on : cell.closest("table").tHead.rows[0].cells[cell.cellIndex].dataset.on;
  const values = { version: link.dataset.version, on };
  if (column) values.at = words(start);
  if (there.counsellor && before.counsellor) Object.assign(values, { counsellor: there.counsellor, instead_of: before.counsellor });
  if (there.room) values.room = there.room;
  return values;
};

const stays = () => {
  const { link, from, column, cell, start } = moving;
  return column ? column === from && start === Number(link.dataset.from) : !cell || cell === from;
};

const moves = (link) => new URL("move/", link.href).href;
const drop = async () => {
  if (stays()) return cancel();
  await htmx.ajax("post", moves(moving.link), { target: "#dialog", swap: "innerHTML", values: target() });
  if (!document.getElementById("dialog").open) end();
};

document.addEventListener("close", (event) => event.target.id === "dialog" && end(), true);

// What the keyboard moves has the focus again where it then stands.
const MOVED = "planner-moved";
const dropByKey = () => {
  sessionStorage.setItem(MOVED, moving.link.pathname);
  return drop();
};
const moved = sessionStorage.getItem(MOVED);
sessionStorage.removeItem(MOVED);
if (moved) document.querySelector(`#calendar a[href="${moved}"]`)?.focus();

// The mouse.
const columnAt = (x, y) =>
  columns().find((one) => {
    const box = one.getBoundingClientRect();
    return box.left <= x && x < box.right && box.top <= y && y < box.bottom;
  }) ?? moving.column;

const follow = (event) => {
  if (moving.from.matches("td")) return showCell(document.elementFromPoint(event.clientX, event.clientY)?.closest?.("#calendar td"));
  const column = columnAt(event.clientX, event.clientY);
  const box = column.getBoundingClientRect();
  const [first, last] = hours(column);
  show(column, first + ((event.clientY - pressed.grip - box.top) / box.height) * (last - first));
};

document.addEventListener("pointerdown", (event) => {
  const link = event.target.closest?.(MOVABLE);
  if (!link || event.button !== 0 || event.pointerType === "touch" || event.ctrlKey || event.metaKey) return;
  pressed = { link, x: event.clientX, y: event.clientY, grip: event.clientY - link.getBoundingClientRect().top };
});

document.addEventListener("pointermove", (event) => {
  if (!pressed) return;
  if (!moving && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < FAR) return;
  if (!moving) begin(pressed.link);
  follow(event);
});

document.addEventListener("pointerup", () => {
  if (pressed && moving) {
    document.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => document.removeEventListener("click", swallow, { capture: true }), 50);
    drop();
  }
  pressed = null;
});

document.addEventListener("pointercancel", () => {
  pressed = null;
  end();
});

const swallow = (event) => {
  event.preventDefault();
  event.stopPropagation();
};

document.addEventListener("dragstart", (event) => event.target.closest?.(MOVABLE) && event.preventDefault());

// The keyboard: F lifts the conversation that has the focus; before the calendar's own keys.
const sideways = (step) => {
  const all = columns();
  const next = all[all.indexOf(moving.column) + step];
  if (next) show(next, moving.start);
};

const keys = {
  ArrowUp: () => show(moving.column, moving.start - STEP),
  ArrowDown: () => show(moving.column, moving.start + STEP),
  PageUp: () => show(moving.column, moving.start - 60),
  PageDown: () => show(moving.column, moving.start + 60),
  ArrowLeft: () => sideways(-1),
  ArrowRight: () => sideways(1),
  Enter: dropByKey,
  Escape: cancel,
  Tab: cancel,
};

document.addEventListener(
  "keydown",
  (event) => {
    if (document.getElementById("dialog").open) return;
    if (moving && (event.key in keys || pressed)) {
      if (pressed && event.key !== "Escape") return;
      swallow(event);
      pressed = null;
      keys[event.key]();
      if (!moving || event.key === "Enter") return;
      moving.ghost.scrollIntoView({ block: "nearest" });
      say(`${moving.column.dataset.day} ${moving.ghost.textContent}`);
    } else if (!moving && event.key.toLowerCase() === "f" && !event.ctrlKey && !event.metaKey && event.target.matches?.(`.pl-col ${MOVABLE.split(" ")[1]}`)) {
      swallow(event);
      if (event.target.matches(ELSEWHERE)) return htmx.ajax("get", moves(event.target), { target: "#dialog", swap: "innerHTML" });
      begin(event.target);
      say(told().begin);
    }
  },
  true,
);
